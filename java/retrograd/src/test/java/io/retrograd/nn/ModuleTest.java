package io.retrograd.nn;

import static io.retrograd.DType.FLOAT64;
import static io.retrograd.Retrograd.ones;
import static io.retrograd.Retrograd.randn;
import static io.retrograd.Retrograd.tensor;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.Memory;
import io.retrograd.ShapeException;
import io.retrograd.Tensor;
import io.retrograd.memory.Usage;
import io.retrograd.optim.SGD;
import java.util.List;
import org.junit.jupiter.api.Test;

class ModuleTest {
  private static final class Net extends Module {
    private final Linear hidden = register("hidden", new Linear(4, 3));
    private final Sequential rest =
        register("rest", new Sequential(new ReLU(), new Dropout(0.9), new Linear(3, 2)));
    private final Tensor scale = parameter("scale", ones());

    @Override
    public Tensor forward(Tensor x) {
      return rest.forward(hidden.forward(x)).mul(scale);
    }
  }

  private final Net net = new Net();

  @Test
  void names() {
    assertEquals(
        List.of("scale", "hidden.weight", "hidden.bias", "rest.2.weight", "rest.2.bias"),
        List.copyOf(net.namedParameters().keySet()));
    assertTrue(net.parameters().stream().allMatch(p -> p.isLeaf() && p.requiresGrad()));
    assertEquals(6, net.modules().size());
    assertEquals("""
        Net(
          (hidden): Linear(in_features=4, out_features=3, bias=True)
          (rest): Sequential(
            (0): ReLU()
            (1): Dropout(p=0.9)
            (2): Linear(in_features=3, out_features=2, bias=True)
          )
        )""", net.toString());
    assertThrows(IllegalArgumentException.class, () -> new Sequential().register("a.b", net));
  }

  @Test
  void modulesByName() {
    assertEquals(
        List.of("", "hidden", "rest", "rest.0", "rest.1", "rest.2"),
        List.copyOf(net.namedModules().keySet()));
    assertEquals(net.modules(), List.copyOf(net.namedModules().values()));
    assertEquals(List.of("hidden", "rest"), List.copyOf(net.namedChildren().keySet()));
    assertEquals(net.children(), List.copyOf(net.namedChildren().values()));
    net.namedModules().forEach((name, module) -> assertSame(module, net.getSubmodule(name)));
    ReLU shared = new ReLU();
    Sequential twice = new Sequential(shared, shared);
    assertEquals(List.of("0"), List.copyOf(twice.namedChildren().keySet()));
    assertSame(shared, twice.getSubmodule("1"));
    for (String none : List.of("rest.3", "rest.", ".rest", "rest.0.x"))
      assertThrows(IllegalArgumentException.class, () -> net.getSubmodule(none));
    assertEquals(
        "getSubmodule: no \"rest.3\": Sequential has no \"3\", only [0, 1, 2]",
        assertThrows(IllegalArgumentException.class, () -> net.getSubmodule("rest.3"))
            .getMessage());
    BatchNorm1d norm = new BatchNorm1d(2);
    assertEquals(
        List.of(norm.runningMean(), norm.runningVar(), norm.numBatchesTracked()),
        new Sequential(norm, norm).buffers());
  }

  @Test
  void whatIsCalledOrGivenWronglyIsNamed() {
    assertEquals(
        "linear: the weight [3, 4] needs 4 features, got 5 in [2, 5]",
        assertThrows(ShapeException.class, () -> net.call(randn(2, 5))).getMessage());
    assertEquals(
        "ModuleList has no forward(Tensor): call its own forward, or override forward(Tensor)",
        assertThrows(UnsupportedOperationException.class, () -> new ModuleList().call(ones()))
            .getMessage());
  }

  @Test
  void refusesWhatItCannotHold() {
    Linear layer = new Linear(2, 2);
    assertThrows(NullPointerException.class, () -> new Sequential(layer, null));
    Sequential outer = new Sequential(layer);
    Sequential around = new Sequential(outer);
    for (Module module : List.of(outer, around)) {
      assertThrows(IllegalArgumentException.class, () -> outer.register("self", module));
    }
    assertEquals(List.of(layer), outer.children());
    Tensor computed = layer.weight().mul(2);
    var e = assertThrows(IllegalArgumentException.class, () -> outer.parameter("scale", computed));
    assertTrue(
        e.getMessage().contains("MulBackward0") && e.getMessage().contains("detach()"),
        e.getMessage());
    assertTrue(outer.parameter("scale", computed.detach()).requiresGrad());
  }

  @Test
  void trainingAndEvaluation() {
    net.eval();
    assertFalse(((Sequential) net.children().get(1)).get(1).isTraining());
    Tensor x = randn(5, 4);
    assertTrue(net.forward(x).equal(net.forward(x)));
    net.train();
    assertTrue(net.isTraining());
  }

  @Test
  void conversionKeepsTheObjects() {
    Tensor weight = net.hidden.weight();
    var optimizer = new SGD(net.parameters(), 0.1);
    net.forward(ones(4)).sum().backward();
    net.to(FLOAT64);
    assertSame(weight, net.parameters().get(1));
    assertEquals(FLOAT64, weight.dtype());
    assertTrue(weight.requiresGrad() && weight.isLeaf());
    assertEquals(FLOAT64, weight.grad().dtype());
    optimizer.zeroGrad();
    net.eval();
    net.forward(ones(FLOAT64, 4)).sum().backward();
    optimizer.step();
  }

  @Test
  void scopedFreesTemporaries() {
    Module scoped = net.scoped();
    assertEquals(net.namedParameters().keySet(), scoped.namedParameters().keySet());
    Tensor x = ones(4);
    long before = Usage.settled().tensors();
    Tensor y = scoped.forward(x);
    assertTrue(
        Memory.snapshot().openTensors() <= before + 1); // garbage of other tests may go meanwhile
    y.sum().backward();
  }

  @Test
  void linearStartsInRange() {
    Linear layer = new Linear(100, 50);
    assertTrue(layer.weight().abs().max().item() <= 0.1);
    assertTrue(layer.weight().abs().max().item() > 0.09);
    assertArrayEquals(new long[] {50}, layer.forward(ones(100)).shape());
    assertArrayEquals(new long[] {2, 3, 50}, layer.forward(ones(2, 3, 100)).shape());
    assertNull(new Linear(2, 2, false).bias());
  }

  @Test
  void losses() {
    Tensor a = tensor(1.0, 2.0);
    Tensor b = tensor(2.0, 4.0);
    assertEquals(2.5, new MSELoss().forward(a, b).item());
    assertEquals(5, new MSELoss(Reduction.SUM).forward(a, b).item());
    assertArrayEquals(
        new double[] {1, 2}, new L1Loss(Reduction.NONE).forward(a, b).toDoubleArray());
    Tensor logits = tensor(new double[][] {{1, 2, 3}, {3, 2, 1}});
    Tensor classes = tensor(2, 2);
    double expected = (0.40760596 + 2.40760596) / 2;
    assertEquals(expected, new CrossEntropyLoss().forward(logits, classes).item(), 1e-6);
    assertEquals(expected, new NLLLoss().forward(logits.logSoftmax(1), classes).item(), 1e-6);
    Tensor weight = tensor(1.0, 1.0, 3.0);
    var weighted = new CrossEntropyLoss(weight, 0, Reduction.MEAN);
    assertEquals(
        (0.40760596 * 3 + 1.40760596) / 4,
        weighted.forward(logits, tensor(2, 1)).item(),
        1e-6);
    assertEquals(0.40760596, weighted.forward(logits, tensor(2, 0)).item(), 1e-6);
    assertEquals(weight, weighted.namedBuffers().get("weight"));
    assertEquals(
        0.40760596, new NLLLoss().forward(logits.logSoftmax(1), tensor(2, -100)).item(), 1e-6);
    assertEquals(
        Math.log(2), new BCEWithLogitsLoss().forward(tensor(0.0), tensor(1.0)).item(), 1e-6);
  }
}
