package io.retrograd.nn;

import static io.retrograd.DType.FLOAT64;
import static io.retrograd.Retrograd.ones;
import static io.retrograd.Retrograd.zeros;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.Scope;
import io.retrograd.Tensor;
import io.retrograd.optim.SGD;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Modules and tensors in fields count without being registered. */
class FieldsTest {
  private static class Base extends Module {
    static final Linear SHARED = new Linear(1, 1);
    final int size = 3;
    final String title = "base";
    private final Linear first = new Linear(2, 3);
    transient Module outer;

    @Override
    public Tensor forward(Tensor x) {
      return first.call(x);
    }
  }

  private static final class Net extends Base {
    private final Tensor running = buffer(zeros(3));
    private final Tensor scale = parameter(ones(3));
    private final Tensor plain = ones(7);
    private final Object act = new Dropout(0.5);
    private final Layer function = F::tanh;
    Linear head;

    @Override
    public Tensor forward(Tensor x) {
      Tensor y = ((Module) act).call(function.call(super.forward(x))).mul(scale).add(running);
      return head == null ? y : head.call(y);
    }
  }

  private static List<String> names(Module module) {
    return List.copyOf(module.namedParameters().keySet());
  }

  private static String refused(Module module) {
    return assertThrows(IllegalStateException.class, module::parameters).getMessage();
  }

  private static void contains(String text, String... parts) {
    for (String part : parts) assertTrue(text.contains(part), part + " is not in: " + text);
  }

  @Test
  void superclassFirstInTheOrderOfDeclaration() {
    Net net = new Net();
    net.outer = net;
    assertEquals(List.of("scale", "first.weight", "first.bias"), names(net));
    assertEquals(Map.of("running", net.running), net.namedBuffers());
    assertTrue(net.scale.requiresGrad() && !net.plain.requiresGrad());
    assertEquals("""
        Net(
          (first): Linear(in_features=2, out_features=3, bias=True)
          (act): Dropout(p=0.5)
        )""", net.toString());
  }

  @Test
  void aFieldAssignedLaterCounts() {
    Net net = new Net();
    assertEquals(3, net.parameters().size());
    net.head = new Linear(3, 1);
    assertEquals(
        List.of("scale", "first.weight", "first.bias", "head.weight", "head.bias"), names(net));
    Tensor before = net.head.weight();
    net.head = new Linear(3, 2);
    assertFalse(net.parameters().contains(before));
    assertTrue(net.parameters().contains(net.head.weight()));
    net.head = null;
    assertEquals(3, net.parameters().size());
  }

  static final class Frozen extends Module {
    final Dropout inner = new Dropout(0.5);

    @Override
    public Module train(boolean mode) {
      return super.train(false);
    }
  }

  @Test
  void trainIsTheModulesOwn() {
    var frozen = new Frozen();
    var net = new Sequential(frozen, new Dropout(0.5));
    net.train();
    assertFalse(frozen.isTraining() || frozen.inner.isTraining());
    assertTrue(net.isTraining() && net.get(1).isTraining());
  }

  @Test
  void everythingSeesThem() {
    Net net = new Net();
    net.head = new Linear(3, 1);
    net.eval();
    assertTrue(net.modules().stream().noneMatch(Module::isTraining));
    net.train();
    assertTrue(((Module) net.act).isTraining());
    net.to(FLOAT64);
    assertEquals(FLOAT64, net.head.weight().dtype());
    assertEquals(FLOAT64, net.running.dtype());
    net.eval();
    double before = net.head.bias().item();
    var optimizer = new SGD(net.parameters(), 0.1);
    net.call(ones(FLOAT64, 4, 2)).sum().backward();
    optimizer.step();
    assertNotEquals(before, net.head.bias().item());
    net.zeroGrad();
    assertNull(net.head.weight().grad());
    net.requiresGrad_(false);
    assertFalse(net.head.weight().requiresGrad());
    List<Module> applied = new ArrayList<>();
    net.apply(applied::add);
    assertEquals(4, applied.size());
    assertSame(net, applied.get(3));
  }

  @Test
  void tensorsOutliveScopesAndMayBeReplaced() {
    class Mean extends Module {
      Tensor mean = buffer(zeros(2));
      Tensor weight;
    }
    Mean module = new Mean();
    try (Scope scope = Scope.open()) {
      for (int i = 0; i < 3; i++) module.mean = module.buffer(module.mean.add(1));
      module.weight = module.parameter(ones(2));
      module.weight = module.parameter(ones(3));
    }
    assertEquals(Map.of("mean", module.mean), module.namedBuffers());
    assertEquals(6, module.mean.sum().item());
    assertEquals(List.of(module.weight), module.parameters());
    module.weight = ones(3);
    contains(refused(module), "Mean", "\"weight\"", "parameter(tensor)");
    module.weight = null;
    assertEquals(List.of(), module.parameters());
    module.buffer(ones(1));
    contains(refused(module), "buffer", "in no field", "ParameterList");
  }

  @Test
  void anonymousAndLocalClasses() {
    Linear captured = new Linear(1, 1);
    Module module = new Module() {
      private final Linear own = new Linear(2, 2);

      @Override
      public Tensor forward(Tensor x) {
        return captured.call(own.call(x));
      }
    };
    assertEquals(List.of("own.weight", "own.bias"), names(module));
    contains(module.toString(), "Module(\n  (own): Linear(");

    class Outer extends Module {
      private final Linear layer = new Linear(1, 1);
      private final Module inner = new Module() {
        @Override
        public Tensor forward(Tensor x) {
          return layer.call(x);
        }
      };
    }
    Outer outer = new Outer();
    assertEquals(List.of("layer.weight", "layer.bias"), names(outer));
    assertEquals(List.of(), outer.inner.parameters());
  }

  @Test
  void tiedModulesCountOnce() {
    class Tied extends Module {
      final Linear encoder = new Linear(2, 2);
      final Linear decoder = encoder;
      final Linear named = register("other", new Linear(2, 2));
    }
    Tied tied = new Tied();
    assertEquals(
        List.of("other.weight", "other.bias", "encoder.weight", "encoder.bias"), names(tied));
    assertEquals(2, tied.children().size());
    assertEquals(3, tied.modules().size());
  }

  @Test
  void registeredOnesComeFirst() {
    class Mixed extends Module {
      final Linear a = new Linear(1, 1);
      final Linear b = register("z", new Linear(1, 1));

      Mixed() {
        register("extra", new Tanh());
      }
    }
    assertEquals("""
        Mixed(
          (z): Linear(in_features=1, out_features=1, bias=True)
          (extra): Tanh()
          (a): Linear(in_features=1, out_features=1, bias=True)
        )""", new Mixed().toString());
  }

  record Pair(Object first, int second) {}

  @Test
  void containersRaise() {
    class Holder extends Module {
      Object value;
      Linear[] layers;
      List<Linear> list;
      Linear known = new Linear(1, 1);
      Linear named = register("named", new Linear(1, 1));
      final List<String> words = List.of("a");
    }
    Linear linear = new Linear(1, 1);
    for (Object value : List.of(
        new Linear[] {linear},
        new Module[][] {{}, {linear}},
        List.of(linear),
        Set.of(1, linear),
        Map.of("a", linear),
        Map.of("a", List.of(linear)),
        Optional.of(linear),
        new Pair(linear, 1),
        new Pair(new Pair(linear, 1), 2))) {
      Holder holder = new Holder();
      holder.value = value;
      contains(refused(holder), "Holder", "\"value\"", "ModuleList");
    }
    Holder holder = new Holder();
    holder.layers = new Linear[1];
    holder.list = new ArrayList<>();
    holder.value = new HashSet<>();
    assertEquals(4, holder.parameters().size());
    holder.layers[0] = linear;
    contains(refused(holder), "\"layers\"", "Linear[]");
    holder.layers = null;
    holder.list.add(linear);
    contains(refused(holder), "\"list\"", "List");
    holder.list = Arrays.asList(holder.known, holder.named, null);
    List<Object> circle = new ArrayList<>(List.of(holder));
    circle.add(circle);
    holder.value = new Object[] {circle, circle};
    assertEquals(4, holder.parameters().size(), "what counts elsewhere may be in a list, too");
  }

  @Test
  void namesThatClash() {
    class Sub extends Base {
      private final Linear first = new Linear(3, 3);
    }
    contains(refused(new Sub()), "Sub", "\"first\"");
    class Stale extends Module {
      Linear head = register("head", new Linear(1, 1));
    }
    Stale stale = new Stale();
    assertEquals(2, stale.parameters().size());
    stale.head = new Linear(1, 1);
    contains(refused(stale), "Stale", "\"head\"");
  }

  @Test
  void circlesEnd() {
    class Child extends Module {
      Module parent;
      final Linear layer = new Linear(1, 1);
    }
    class Parent extends Module {
      final Module self = this;
      final Child child = new Child();
    }
    Parent parent = new Parent();
    parent.child.parent = parent;
    assertEquals(List.of("child.layer.weight", "child.layer.bias"), names(parent));
    assertEquals(List.of("layer.weight", "layer.bias"), names(parent.child));
    assertEquals(3, parent.modules().size());
    parent.apply(module -> {});
    assertEquals("""
        Parent(
          (child): Child(
            (parent): Parent(...)
            (layer): Linear(in_features=1, out_features=1, bias=True)
          )
        )""", parent.toString());
    assertEquals(parent.toString(), parent.toString());
    contains(
        assertThrows(IllegalArgumentException.class, () -> parent.register("again", parent.child))
            .getMessage(),
        "transient");
  }
}
