package io.retrograd.nn;

import static io.retrograd.Retrograd.noGrad;
import static io.retrograd.Retrograd.ones;
import static io.retrograd.Retrograd.tensor;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.AutogradException;
import io.retrograd.BackwardOptions;
import io.retrograd.HookHandle;
import io.retrograd.Tensor;
import io.retrograd.autograd.Autograd;
import io.retrograd.autograd.GradOptions;
import io.retrograd.memory.Usage;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ModuleHooksTest {
  private final List<String> log = new ArrayList<>();

  /** x² */
  private static final class Square extends Module {
    @Override
    public Tensor forward(Tensor x) {
      return x.square();
    }
  }

  private final Square square = new Square();

  @Test
  void forwardHooks() {
    HookHandle pre = square.registerForwardPreHook((module, x) -> {
      assertSame(square, module);
      log.add("pre " + x.item());
      return x.add(1);
    });
    square.registerForwardPreHook((module, x) -> {
      log.add("second " + x.item());
      return null;
    });
    HookHandle post = square.registerForwardHook((module, x, y) -> {
      log.add("post " + x.item() + " " + y.item());
      return y.neg();
    });
    assertEquals(-9, square.call(tensor(2.0)).item());
    assertEquals(List.of("pre 2.0", "second 3.0", "post 3.0 9.0"), log);
    assertEquals(4, square.forward(tensor(2.0)).item(), "forward itself runs none");
    assertEquals(-9, new Sequential(square).call(tensor(2.0)).item());
    assertEquals(-9, square.scoped().call(tensor(2.0)).item());
    pre.remove();
    pre.remove();
    assertEquals(-4, square.call(tensor(2.0)).item());
    post.close();
    assertEquals(4, square.call(tensor(2.0)).item());
  }

  @Test
  void aHookRegisteredTwiceIsTwo() {
    ForwardHook twice = (module, x, y) -> y.mul(2);
    HookHandle first = square.registerForwardHook(twice);
    square.registerForwardHook(twice);
    assertEquals(16, square.call(tensor(2.0)).item());
    first.remove();
    first.remove();
    assertEquals(8, square.call(tensor(2.0)).item());
  }

  @Test
  void backwardHooks() {
    HookHandle look = square.registerFullBackwardHook((module, in, out) -> {
      log.add(in.item() + " " + out.item());
      return null;
    });
    Tensor x = tensor(3.0).requiresGrad_(true);
    Tensor y = square.call(x).mul(5).add(x); // the other use of x is not the module's
    y.backward(BackwardOptions.retainGraph());
    assertEquals(List.of("30.0 5.0"), log);
    assertEquals(31, x.grad().item());
    HookHandle replace = square.registerFullBackwardHook((module, in, out) -> in.mul(10));
    x.setGrad(null);
    y.backward();
    assertEquals(301, x.grad().item());
    look.remove();
    replace.remove();
    x.setGrad(null);
    square.call(x).backward();
    assertEquals(6, x.grad().item());
    assertEquals(2, log.size());
  }

  @Test
  void backwardHooksOfSecondOrderAndOfIdentity() {
    square.registerFullBackwardHook((module, in, out) -> in.mul(2));
    Tensor x = tensor(3.0).requiresGrad_(true);
    Tensor first = Autograd.grad(
            List.of(square.call(x)), List.of(x), io.retrograd.autograd.GradOptions.createGraph())
        .get(0);
    assertEquals(12, first.item());
    first.backward();
    assertEquals(4, x.grad().item());
    Identity identity = new Identity();
    identity.registerFullBackwardHook((module, in, out) -> {
      log.add(in.item() + " " + out.item());
      return in.mul(3);
    });
    x.setGrad(null);
    identity.call(x).mul(7).backward();
    assertEquals(List.of("7.0 7.0"), log);
    assertEquals(21, x.grad().item());
  }

  @Test
  void anInputWithoutGradient() {
    Linear layer = new Linear(2, 1);
    List<Tensor> seen = new ArrayList<>();
    HookHandle hook = layer.registerFullBackwardHook((module, in, out) -> {
      assertNull(in);
      seen.add(out);
      return null;
    });
    layer.call(ones(2)).mul(4).sum().backward();
    assertEquals(4, seen.get(0).item());
    noGrad(() -> layer.call(ones(2)));
    hook.remove();
    layer.registerFullBackwardHook((module, in, out) -> out);
    Tensor loss = layer.call(ones(2)).sum();
    var e = assertThrows(AutogradException.class, loss::backward);
    assertTrue(e.getMessage().contains("requires none"), e.getMessage());
  }

  @Test
  void theOutputMayNotBeWrittenInPlace() {
    square.registerFullBackwardHook((module, in, out) -> null);
    Tensor y = square.call(tensor(3.0).requiresGrad_(true));
    assertEquals("BackwardHookFunctionBackward", y.gradFn().name());
    Throwable e = assertThrows(AutogradException.class, () -> y.mul_(5).backward());
    assertTrue(e.getMessage().contains("clone()"), e.getMessage());
  }

  @Test
  void theGraphGoesWithItsHooks() {
    Linear layer = new Linear(2, 2);
    layer.registerFullBackwardHook((module, in, out) -> null);
    Tensor x = ones(2).requiresGrad_(true);
    for (int i = 0; i < 2; i++) layer.call(x).sum().backward();
    long before = Usage.settled().tensors();
    for (int i = 0; i < 20; i++) {
      layer.call(x);
      layer.call(x).sum().backward();
    }
    assertTrue(Usage.settled().tensors() <= before);
  }

  @Test
  void graphsOfGradientsAreFreedWithBackwardHooks() {
    for (boolean inputToo : new boolean[] {false, true}) {
      var layer = new Linear(50, 20);
      layer.registerFullBackwardHook((module, gradInput, gradOutput) -> null);
      Tensor x = ones(10, 50).requiresGrad_(inputToo);
      long before = Usage.settled().tensors();
      for (int i = 0; i < 20; i++)
        Autograd.grad(
            List.of(layer.call(x).square().sum()), layer.parameters(), GradOptions.createGraph());
      assertTrue(Usage.settled().tensors() <= before);
    }
  }
}
