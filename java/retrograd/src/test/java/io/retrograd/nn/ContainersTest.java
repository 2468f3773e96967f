package io.retrograd.nn;

import static io.retrograd.Retrograd.manualSeed;
import static io.retrograd.Retrograd.ones;
import static io.retrograd.Retrograd.randn;
import static io.retrograd.Retrograd.zeros;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.IndexException;
import io.retrograd.ShapeException;
import io.retrograd.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** Modules that hold others, and what is done with whole models. */
class ContainersTest {
  @Test
  void sequentialOfFunctions() {
    Linear hidden = new Linear(2, 8);
    for (Sequential chain :
        List.of(Sequential.of(hidden, F::tanh), new Sequential(hidden, F::tanh))) {
      Tensor x = randn(3, 2);
      assertTrue(chain.call(x).equal(hidden.call(x).tanh()));
      assertEquals(
          List.of("0.weight", "0.bias"), List.copyOf(chain.namedParameters().keySet()));
      assertEquals("""
          Sequential(
            (0): Linear(in_features=2, out_features=8, bias=True)
            (1): Lambda()
          )""", chain.toString());
    }
  }

  @Test
  void sequentialWithNames() {
    LinkedHashMap<String, Module> layers = new LinkedHashMap<>();
    layers.put("hidden", new Linear(2, 3));
    layers.put("act", new Tanh());
    Sequential named = Sequential.named(layers);
    assertEquals("""
        Sequential(
          (hidden): Linear(in_features=2, out_features=3, bias=True)
          (act): Tanh()
        )""", named.toString());
    Sequential grown = new Sequential()
        .append("hidden", layers.get("hidden"))
        .append("act", F::tanh)
        .append(new Linear(3, 1));
    assertEquals(
        List.of("hidden.weight", "hidden.bias", "2.weight", "2.bias"),
        List.copyOf(grown.namedParameters().keySet()));
    assertSame(layers.get("hidden"), grown.get(0));
    assertSame(grown.get(2), grown.get(-1));
    assertEquals(3, grown.size());
    assertThrows(IndexException.class, () -> grown.get(3));
    assertThrows(IllegalArgumentException.class, () -> grown.append("act", F::tanh));
    Tensor x = randn(4, 2);
    assertTrue(named.call(x).equal(layers.get("hidden").call(x).tanh()));
  }

  @Test
  void aChainMayHoldAModuleTwice() {
    Linear layer = new Linear(2, 2);
    Sequential twice = new Sequential(layer, layer);
    Tensor x = ones(2);
    assertTrue(twice.call(x).equal(layer.call(layer.call(x))));
    assertEquals(2, twice.parameters().size());
    assertEquals(List.of(layer), twice.children());
  }

  @Test
  void moduleList() {
    Linear a = new Linear(2, 2);
    Linear b = new Linear(2, 2);
    Tanh c = new Tanh();
    ModuleList list = new ModuleList(a).append(c).insert(1, b).extend(List.of(new Tanh()));
    assertEquals(
        List.of("0.weight", "0.bias", "1.weight", "1.bias"),
        List.copyOf(list.namedParameters().keySet()));
    assertEquals(4, list.size());
    assertSame(b, list.get(1));
    assertSame(c, list.get(-2));
    List<Module> seen = new ArrayList<>();
    list.forEach(seen::add);
    assertEquals(list.children(), seen);
    assertEquals("""
        ModuleList(
          (0-1): 2 x Linear(in_features=2, out_features=2, bias=True)
          (2-3): 2 x Tanh()
        )""", list.toString());
    assertEquals("ModuleList()", new ModuleList().toString());
    list.set(0, c);
    assertSame(c, list.get(0));
    for (int i : new int[] {4, -5}) {
      assertThrows(IndexException.class, () -> list.get(i));
      assertThrows(IndexException.class, () -> list.set(i, a));
    }
    assertThrows(IndexException.class, () -> list.insert(5, a));
    for (Runnable circle : List.<Runnable>of(
        () -> list.append(list), () -> list.insert(0, list), () -> list.set(0, list))) {
      assertThrows(IllegalArgumentException.class, circle::run);
    }
    assertEquals(4, list.size());
    assertThrows(UnsupportedOperationException.class, () -> list.call(ones(2)));
  }

  @Test
  void moduleDict() {
    LinkedHashMap<String, Module> modules = new LinkedHashMap<>();
    modules.put("b", new Tanh());
    modules.put("a", new Linear(1, 2));
    ModuleDict dict = new ModuleDict(modules).put("c", new ReLU());
    Module other = new Sigmoid();
    dict.put("b", other);
    assertEquals(List.of("b", "a", "c"), dict.names());
    assertSame(other, dict.get("b"));
    assertTrue(dict.contains("c") && !dict.contains("d"));
    assertEquals("""
        ModuleDict(
          (b): Sigmoid()
          (a): Linear(in_features=1, out_features=2, bias=True)
          (c): ReLU()
        )""", dict.toString());
    assertSame(other, dict.remove("b"));
    assertEquals(2, dict.size());
    var e = assertThrows(IllegalArgumentException.class, () -> dict.get("b"));
    assertTrue(e.getMessage().contains("\"b\"") && e.getMessage().contains("[a, c]"));
    assertThrows(IllegalArgumentException.class, () -> dict.put("a.b", other));
    assertThrows(IllegalArgumentException.class, () -> dict.put("a", dict));
  }

  @Test
  void parameterList() {
    class Net extends Module {
      final ParameterList weights = new ParameterList(ones(2, 3), ones(4));
    }
    Net net = new Net();
    assertEquals(
        List.of("weights.0", "weights.1"), List.copyOf(net.namedParameters().keySet()));
    net.weights.append(zeros(1)).extend(List.of(zeros(2)));
    assertEquals(4, net.weights.size());
    assertTrue(net.weights.get(-1).requiresGrad());
    int elements = 0;
    for (Tensor each : net.weights) elements += (int) each.numel();
    assertEquals(13, elements);
    assertEquals(
        """
        ParameterList(
            (0): Parameter containing: [torch.float32 of size 2x3]
            (1): Parameter containing: [torch.float32 of size 4]
        )""", new ParameterList(ones(2, 3), ones(4)).toString().replaceAll(" \\(cuda:\\d\\)", ""));
  }

  @Test
  void identity() {
    Tensor x = ones(2);
    assertSame(x, new Identity().call(x));
    assertEquals("Identity()", new Identity().toString());
  }

  private static final class Net extends Module {
    final Linear hidden = new Linear(4, 8);
    final Dropout dropout = new Dropout();
    final Sequential rest = new Sequential(F::tanh, new Linear(8, 2, false));
    final Tensor count = buffer(zeros(3));

    @Override
    public Tensor forward(Tensor x) {
      return rest.call(dropout.call(hidden.call(x)));
    }
  }

  @Test
  void copyTo() {
    Net net = new Net();
    net.count.fill_(7);
    Net fresh = net.copyTo(new Net());
    Tensor x = randn(5, 4);
    assertTrue(net.eval().call(x).equal(fresh.eval().call(x)));
    assertNotSame(net.hidden.weight(), fresh.hidden.weight());
    assertEquals(21, fresh.count.sum().item());
    assertTrue(fresh.parameters().stream().allMatch(p -> p.requiresGrad() && p.isLeaf()));
    assertSame(net, net.copyTo(net));

    Linear small = new Linear(4, 8, false);
    Linear large = new Linear(4, 8);
    for (Runnable copy : List.<Runnable>of(() -> small.copyTo(large), () -> large.copyTo(small))) {
      var e = assertThrows(IllegalArgumentException.class, copy::run);
      assertTrue(
          e.getMessage().matches("copyTo: .*Linear has no \\[bias], only \\[weight]"),
          e.getMessage());
    }
    Tensor before = small.weight().clone();
    var e = assertThrows(ShapeException.class, () -> new Linear(3, 8, false).copyTo(small));
    assertTrue(
        e.getMessage().contains("\"weight\"")
            && e.getMessage().contains("[8, 3]")
            && e.getMessage().contains("[8, 4]"),
        e.getMessage());
    assertTrue(before.equal(small.weight()));
  }

  @Test
  void summary() {
    Net net = new Net();
    net.dropout.eval();
    assertEquals("""
        Layer               Output shape  Parameters
        Net                 [5, 2]                 0
          hidden: Linear    [5, 8]                40
          dropout: Dropout  [5, 8]                 0
          rest: Sequential  [5, 2]                 0
            0: Lambda       [5, 8]                 0
            1: Linear       [5, 2]                16
        Parameters: 56, trainable: 56""", net.summary(5, 4));
    assertTrue(net.isTraining() && !net.dropout.isTraining() && net.rest.isTraining());
    assertThrows(ShapeException.class, () -> net.summary(5, 3));
    assertTrue(net.isTraining() && !net.dropout.isTraining());
    net.hidden.requiresGrad_(false);
    assertTrue(net.summary(1, 4).endsWith("Parameters: 56, trainable: 16"));
  }

  @Test
  void manyThreadsGetTheSameBits() throws Exception {
    manualSeed(5);
    Module net = new Net().eval();
    Tensor x = randn(16, 4);
    float[] expected = net.call(x).toFloatArray();
    Callable<float[]> task = () -> {
      float[] last = expected;
      for (int i = 0; i < 50; i++) last = net.call(x).toFloatArray();
      return last;
    };
    var pool = Executors.newFixedThreadPool(8);
    try {
      for (var result : pool.invokeAll(java.util.Collections.nCopies(8, task)))
        assertArrayEquals(expected, result.get());
    } finally {
      pool.shutdown();
    }
  }
}
