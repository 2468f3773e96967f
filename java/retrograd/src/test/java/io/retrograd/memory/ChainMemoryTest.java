package io.retrograd.memory;

import static io.retrograd.Retrograd.fullLike;
import static io.retrograd.Retrograd.manualSeed;
import static io.retrograd.Retrograd.noGrad;
import static io.retrograd.Retrograd.rand;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.HookHandle;
import io.retrograd.Memory;
import io.retrograd.Scope;
import io.retrograd.Tensor;
import io.retrograd.autograd.Autograd;
import io.retrograd.autograd.GradOptions;
import io.retrograd.nn.AvgPool2d;
import io.retrograd.nn.BatchNorm2d;
import io.retrograd.nn.Conv2d;
import io.retrograd.nn.ConvOptions;
import io.retrograd.nn.Dropout;
import io.retrograd.nn.Flatten;
import io.retrograd.nn.Identity;
import io.retrograd.nn.Layer;
import io.retrograd.nn.Linear;
import io.retrograd.nn.Module;
import io.retrograd.nn.ReLU;
import io.retrograd.nn.Sequential;
import io.retrograd.nn.Sigmoid;
import io.retrograd.nn.Tanh;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** A chain lets go of what lies between its layers, and of nothing that the program has seen. */
class ChainMemoryTest {
  private static final long ACTIVATION = 8 * 64 * 64 * 4;

  private final List<Tensor> seen = new ArrayList<>();

  private static Sequential block() {
    ConvOptions same = ConvOptions.padding(1);
    return new Sequential(new Conv2d(8, 8, 3, same), new BatchNorm2d(8), new ReLU());
  }

  @SafeVarargs
  private static Sequential chain(int times, Supplier<? extends Layer>... layers) {
    Sequential chain = new Sequential();
    for (int i = 0; i < times; i++)
      for (Supplier<? extends Layer> layer : layers) chain.append(layer.get());
    return chain;
  }

  private static Tensor image() {
    return rand(1, 8, 64, 64);
  }

  /** How many activations a call has at its peak, beside its input; a convolution's buffers count as some. */
  private static double peak(Module model, Tensor x) {
    model.call(x).close(); // kernels have their lasting buffers
    long before = Usage.settled().bytes();
    Memory.resetPeak();
    Tensor y = model.call(x);
    double peak = (double) (Memory.peak() - before) / ACTIVATION;
    y.close();
    return peak;
  }

  @Test
  void evaluationPeaksAtTwoActivationsHoweverLong() {
    Tensor x = image();
    Sequential model = chain(20, ChainMemoryTest::block);
    model.eval();
    try (var g = noGrad()) {
      double once = peak(block().eval(), x);
      assertEquals(once, peak(model, x), 1.5);
      assertEquals(2, peak(chain(20, Tanh::new), x), 0.1);
      try (Scope scope = Scope.open()) {
        assertEquals(2, peak(chain(20, Tanh::new), x), 0.1);
      }
      assertEquals(2, peak(chain(20, Tanh::new).scoped(), x), 0.1);
    }
  }

  /** Of each pair the tape needs the tanh, and the result lives beside. */
  @Test
  void trainingPeaksAtWhatTheTapeNeeds() {
    Tensor x = image().requiresGrad_(true);
    Sequential ours = chain(10, Tanh::new, () -> new AvgPool2d(1));
    Sequential theirs = chain(10, Tanh::new, () -> Tensor::neg);
    assertEquals(20, peak(theirs, x), 0.1, "a function may keep what it sees");
    assertEquals(11, peak(ours, x), 0.1);
    try (Scope scope = Scope.open()) {
      assertEquals(11, peak(ours, x), 0.1);
    }
  }

  @Test
  void nothingIsLeftBehindWithoutAnyCollection() {
    Sequential model = chain(3, ChainMemoryTest::block);
    model.eval();
    Tensor x = image();
    try (var g = noGrad()) {
      Usage before = Usage.settled();
      model.call(x).close();
      assertEquals(before, Usage.now());
    }
    assertFalse(x.isClosed());
  }

  /** A module of the program's. */
  private final class Keeper extends Module {
    @Override
    public Tensor forward(Tensor x) {
      seen.add(x);
      Tensor y = x.add(1);
      seen.add(y);
      return y;
    }
  }

  /** A layer of the library's, changed by the program. */
  private final class KeepingTanh extends Tanh {
    @Override
    public Tensor forward(Tensor x) {
      seen.add(x);
      Tensor y = super.forward(x);
      seen.add(y);
      return y;
    }
  }

  /** A chain of the library's layers, changed by the program. */
  private final class KeepingChain extends Sequential {
    KeepingChain() {
      super(new Tanh(), new Tanh());
    }

    @Override
    public Tensor forward(Tensor x) {
      seen.add(x);
      Tensor y = super.forward(x);
      seen.add(y);
      return y;
    }
  }

  private void assertSeenStayOpen(Layer... layers) {
    for (Layer layer : layers) {
      for (Sequential chain : List.of(
          new Sequential(new Tanh(), layer, new Tanh()),
          new Sequential(new Tanh(), new Sequential(new Identity(), layer), new Tanh()),
          new Sequential(new Tanh(), new Identity(), layer, new Dropout(0), new Tanh()))) {
        seen.clear();
        chain.call(image());
        assertFalse(seen.isEmpty());
        for (Tensor t : seen) assertFalse(t.isClosed(), chain.toString());
      }
    }
  }

  @Test
  void whatTheProgramHasSeenStaysOpen() {
    Sequential inner = new Sequential(new Keeper());
    assertSeenStayOpen(
        new Keeper(),
        new KeepingTanh(),
        new KeepingChain(),
        inner,
        new Tanh() {
          @Override
          public Tensor forward(Tensor x) {
            seen.add(x);
            return super.forward(x);
          }
        },
        x -> {
          seen.add(x);
          return x;
        },
        x -> {
          Tensor y = x.add(1);
          seen.add(y);
          return y;
        });
  }

  @Test
  void hooksMayKeepWhatTheySee() {
    Tanh before = new Tanh(), after = new Tanh();
    before.registerForwardPreHook((m, x) -> add(x));
    after.registerForwardHook((m, x, y) -> add(y));
    Sequential hooked = new Sequential(new Tanh());
    hooked.registerForwardHook((m, x, y) -> add(x));
    Tanh backward = new Tanh();
    backward.registerFullBackwardHook((m, in, out) -> add(out));
    assertSeenStayOpen(before, after, hooked, new Sequential(after), new Sequential(before));
    seen.clear();
    Tensor x = image().requiresGrad_(true);
    new Sequential(new Tanh(), backward, new Tanh()).call(x).sum().backward();
    assertEquals(1, seen.size());
    assertFalse(seen.get(0).isClosed());
  }

  private Tensor add(Tensor t) {
    seen.add(t);
    return null;
  }

  @Test
  void aHookThatRemovesItselfMayKeepWhatItSaw() {
    Tanh last = new Tanh();
    HookHandle[] handle = new HookHandle[1];
    handle[0] = last.registerForwardHook((m, x, y) -> {
      handle[0].remove();
      seen.add(x);
      seen.add(y);
      return null;
    });
    new Sequential(new Tanh(), new Sequential(new Tanh(), last), new Tanh()).call(image());
    assertEquals(2, seen.size());
    for (Tensor t : seen) assertFalse(t.isClosed());
  }

  @Test
  void inputAndResultStayOpen() {
    Tensor x = image();
    for (Layer first :
        List.of(new Identity(), new Dropout().eval(), new Sequential(), new Flatten(0, 0))) {
      Tensor y = new Sequential(first, new Identity(), new Tanh(), new Tanh()).call(x);
      assertFalse(x.isClosed());
      assertTrue(y.equal(x.tanh().tanh()));
    }
    assertSame(x, new Sequential(new Identity(), new Sequential(new Identity())).call(x));
    assertFalse(x.isClosed());
  }

  private static Tensor byHand(Sequential model, Tensor x) {
    for (Module layer : model) x = layer.call(x);
    return x;
  }

  @Test
  void derivativesOfAnyOrderAndViewsAreAsByHand() {
    manualSeed(3);
    Sequential model = new Sequential(
        new Conv2d(8, 4, 3),
        new Tanh(),
        new BatchNorm2d(4),
        new Sigmoid(),
        new Flatten(),
        new Linear(4 * 36, 3),
        new Tanh());
    Tensor x = rand(2, 8, 8, 8).requiresGrad_(true);
    List<Tensor> results = new ArrayList<>();
    for (Tensor y : List.of(model.call(x), byHand(model, x))) {
      Tensor g = Autograd.grad(y.square().sum(), x, GradOptions.createGraph());
      g.square().sum().backward();
      results.addAll(List.of(y.detach(), g.detach(), x.grad()));
      x.setGrad(null);
    }
    for (int i = 0; i < 3; i++) assertTrue(results.get(i).allclose(results.get(i + 3)), "" + i);

    Tensor view = new Sequential(new AvgPool2d(1), new Flatten()).call(x).mul_(2);
    assertTrue(view.equal(x.flatten(1, -1).mul(2)));
    view.sum().backward();
    assertTrue(x.grad().equal(fullLike(x, 2)));
  }

  @Test
  void severalThreadsEvaluateOneModel() throws Exception {
    Sequential model = chain(3, ChainMemoryTest::block);
    model.eval();
    Tensor x = image();
    Tensor expected = byHand(model, x);
    var threads = Executors.newFixedThreadPool(4);
    try {
      Callable<Boolean> call = () -> {
        boolean equal = true;
        for (int i = 0; i < 10; i++) equal &= model.call(x).equal(expected);
        return equal;
      };
      for (var equal : threads.invokeAll(List.of(call, call, call, call))) assertTrue(equal.get());
    } finally {
      threads.shutdown();
    }
  }
}
