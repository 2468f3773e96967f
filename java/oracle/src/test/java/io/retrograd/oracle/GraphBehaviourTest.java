package io.retrograd.oracle;

import static io.retrograd.DType.FLOAT64;
import static io.retrograd.Retrograd.enableGrad;
import static io.retrograd.Retrograd.inferenceMode;
import static io.retrograd.Retrograd.isGradEnabled;
import static io.retrograd.Retrograd.noGrad;
import static io.retrograd.Retrograd.ones;
import static io.retrograd.Retrograd.tensor;
import static io.retrograd.oracle.Behaviour.assertValues;
import static io.retrograd.oracle.Behaviour.leaf;
import static io.retrograd.oracle.Behaviour.raises;
import static io.retrograd.oracle.Behaviour.vector;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.AutogradException;
import io.retrograd.BackwardOptions;
import io.retrograd.DTypeException;
import io.retrograd.HookHandle;
import io.retrograd.Index;
import io.retrograd.Memory;
import io.retrograd.RetrogradException;
import io.retrograd.Scope;
import io.retrograd.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Leaves, modes, writes in place, views, retained gradients and hooks; see {@link Behaviour}. */
class GraphBehaviourTest {
  @Test
  void b25_leaves() {
    Tensor x = leaf(1), y = x.mul(2.0), d = y.detach();
    assertTrue(x.isLeaf());
    assertFalse(y.isLeaf());
    assertTrue(d.isLeaf());
    assertFalse(d.requiresGrad());
    assertTrue(vector(1).mul(2.0).isLeaf());
  }

  @Test
  void b26_resultsCannotStopAndIntegersCannotStart() {
    Tensor y = leaf(1).mul(2.0);
    raises(AutogradException.class, () -> y.requiresGrad_(false), "detach");
    assertThrows(DTypeException.class, () -> tensor(1, 2).requiresGrad_(true));
  }

  @Test
  void b27_noGradMakesLeavesAndEndsWithAnException() {
    Tensor x = leaf(1);
    try (var g = noGrad()) {
      Tensor y = x.mul(2.0);
      assertTrue(y.isLeaf() && !y.requiresGrad());
    }
    assertThrows(
        IllegalStateException.class,
        () -> noGrad(() -> {
          throw new IllegalStateException("inside");
        }));
    assertTrue(isGradEnabled());
  }

  @Test
  void b28_modesNest() {
    try (var a = noGrad()) {
      try (var b = enableGrad()) {
        assertTrue(leaf(1).mul(2.0).requiresGrad());
        try (var c = noGrad()) {
          assertFalse(isGradEnabled());
        }
        assertTrue(isGradEnabled());
      }
      assertFalse(isGradEnabled());
    }
  }

  @Test
  void b29_modesBelongToTheirThread() throws Exception {
    boolean[] enabled = new boolean[1];
    try (var g = noGrad()) {
      Thread other = new Thread(() -> enabled[0] = isGradEnabled());
      other.start();
      other.join();
    }
    assertTrue(enabled[0]);
  }

  @Test
  void b30_inferenceTensorsNeverRequireGradients() {
    try (var g = inferenceMode()) {
      Tensor y = leaf(1, 2).mul(2.0);
      assertTrue(y.isInference() && y.select(0, 1).isInference());
      assertFalse(y.requiresGrad());
    }
  }

  @Test
  void b31_inferenceTensorsOutside() {
    Tensor frozen = inferenceMode(() -> vector(1, 2).mul(2.0));
    assertFalse(frozen.add(1.0).isInference());
    raises(AutogradException.class, () -> frozen.add_(1.0), "inference", "clone");
    raises(AutogradException.class, () -> leaf(1, 2).mul(frozen), "inference");
    assertTrue(leaf(1, 2).add(frozen).requiresGrad());
  }

  @Test
  void b32_leavesMayBeWrittenInNoGradAlone() {
    Tensor x = leaf(1, 2);
    raises(AutogradException.class, () -> x.add_(1.0), "leaf", "noGrad");
    raises(AutogradException.class, () -> x.select(0, 0).mul_(2.0), "leaf");
    noGrad(() -> {
      x.add_(1.0);
    });
    assertValues(x, 2, 3);
    assertTrue(x.isLeaf() && x.requiresGrad());
  }

  @Test
  void b33_versionsCountWritesAndAreShared() {
    Tensor x = vector(1, 2);
    assertEquals(0, x.version());
    x.add_(1.0);
    x.select(0, 1).mul_(2.0);
    x.detach().zero_();
    assertEquals(3, x.version());
    assertEquals(3, x.narrow(0, 0, 1).version());
    assertEquals(0, x.clone().version());
  }

  @Test
  void b34_writingWhatWasSavedRaisesWithBothVersions() {
    Tensor x = leaf(1, 2), y = x.mul(2.0), z = y.square().sum();
    y.add_(1.0);
    raises(AutogradException.class, z::backward, "version 0", "version 1", "PowBackward0");
  }

  @Test
  void b35_assignmentsStopTheOldGradientAndFeedTheValue() {
    Tensor x = leaf(1, 2, 3), v = leaf(10), y = x.mul(2.0);
    y.set(0.0, Index.at(0));
    y.set(v.sum(), Index.at(2));
    y.sum().backward();
    assertValues(y, 0, 4, 10);
    assertValues(x.grad(), 0, 2, 0);
    assertValues(v.grad(), 1);
    Tensor w = leaf(1, 2, 3), u = w.mul(1.0);
    u.set(0.0, tensor(true, false, false));
    u.set(leaf(5).sum(), tensor(2));
    u.sum().backward();
    assertValues(w.grad(), 0, 1, 0);
  }

  @Test
  void b36_broadcastAssignmentReducesTheValuesGradient() {
    Tensor v = leaf(1, 2), y = ones(FLOAT64, 3, 2);
    y.set(v, Index.from(1));
    y.sum().backward();
    assertValues(v.grad(), 2, 2);
  }

  @Test
  void b37_writingAViewChangesItsBasesHistory() {
    Tensor x = leaf(1, 2, 3), y = x.mul(1.0), view = y.narrow(0, 1, 2);
    view.mul_(10.0);
    assertEquals("CopySlices", y.gradFn().name());
    y.sum().backward();
    assertValues(x.grad(), 1, 10, 10);
    Tensor z = leaf(1, 2).mul(1.0), part = z.select(0, 0);
    z.mul_(3.0);
    assertEquals("AsStridedBackward0", part.gradFn().name());
    assertValues(part, 3);
  }

  @Test
  void b38_oneOfManyViewsMayNotBeWritten() {
    Tensor y = leaf(1, 2, 3, 4).mul(1.0);
    raises(AutogradException.class, () -> y.chunk(2).get(0).mul_(2.0), "chunk");
    raises(AutogradException.class, () -> y.unbind().get(0).mul_(2.0), "unbind");
  }

  @Test
  void b39_retainGradAccumulatesAndIsIdempotent() {
    Tensor x = leaf(1, 2), y = x.mul(2.0);
    y.retainGrad();
    y.retainGrad();
    x.retainGrad();
    assertTrue(y.retainsGrad());
    assertFalse(x.retainsGrad());
    y.sum().backward(BackwardOptions.retainGraph());
    y.sum().backward();
    assertValues(y.grad(), 2, 2);
  }

  @Test
  void b40_retainGradFollowsTheNewestVersion() {
    Tensor y = leaf(1, 2).mul(1.0);
    y.retainGrad();
    y.mul_(3.0);
    y.mul(5.0).sum().backward();
    assertValues(y.grad(), 5, 5);
  }

  @Test
  void b41_retainGradKeepsNothingAlive() {
    long before = Memory.allocated();
    try (Scope scope = Scope.open()) {
      Tensor x = leaf(new double[1000]);
      for (int i = 0; i < 10; i++) {
        Tensor y = x.mul(2.0);
        y.retainGrad();
        y.sum().backward();
      }
    }
    assertTrue(Memory.allocated() <= before, "kept " + (Memory.allocated() - before));
  }

  @Test
  void b42_tensorHooksReplaceKeepOrRaise() {
    Tensor x = leaf(1, 2);
    x.registerHook(g -> g.mul(10.0));
    x.registerHook(g -> null);
    x.sum().backward();
    assertValues(x.grad(), 10, 10);
    x.registerHook(g -> vector(1, 2, 3));
    raises(RetrogradException.class, () -> x.sum().backward(), "[3]", "[2]");
  }

  @Test
  void b43_hooksRunInOrderAndMayBeRemoved() {
    List<Integer> calls = new ArrayList<>();
    Tensor x = leaf(1), y = x.mul(2.0);
    HookHandle[] later = new HookHandle[1];
    HookHandle first = y.registerHook(g -> {
      calls.add(1);
      return null;
    });
    y.registerHook(g -> {
      calls.add(2);
      later[0].remove();
      return null;
    });
    later[0] = y.registerHook(g -> {
      calls.add(3);
      return null;
    });
    first.remove();
    first.remove();
    y.sum().backward(BackwardOptions.retainGraph());
    y.sum().backward();
    assertEquals(2, calls.get(0));
    assertEquals(2, calls.get(calls.size() - 1));
    assertFalse(calls.contains(1));
    assertTrue(calls.stream().filter(c -> c == 3).count() <= 1);
  }

  @Test
  void b44_hooksBelongToTheVersionTheyWereSetOn() {
    List<String> calls = new ArrayList<>();
    Tensor y = leaf(1).mul(1.0);
    y.registerHook(g -> {
      calls.add("old " + g.item());
      return null;
    });
    y.mul_(3.0);
    y.registerHook(g -> {
      calls.add("new " + g.item());
      return null;
    });
    y.sum().backward();
    assertEquals(List.of("new 1.0", "old 3.0"), calls);
  }

  @Test
  void b46_postAccumulateHooksSeeTheGradient() {
    Tensor x = leaf(1, 2);
    x.registerPostAccumulateGradHook(leaf -> {
      noGrad(() -> {
        leaf.sub_(leaf.grad());
      });
      leaf.setGrad(null);
    });
    x.mul(3.0).sum().backward();
    assertValues(x, -2, -1);
    assertNull(x.grad());
    assertThrows(AutogradException.class, () -> x.mul(1.0).registerPostAccumulateGradHook(t -> {}));
  }

  @Test
  void b47_exceptionsInHooksReachTheCaller() {
    Tensor x = leaf(1), y = x.mul(2.0);
    IllegalStateException mine = new IllegalStateException("mine");
    HookHandle hook = y.registerHook(g -> {
      throw mine;
    });
    assertSame(
        mine,
        assertThrows(
            IllegalStateException.class, () -> y.sum().backward(BackwardOptions.retainGraph())));
    hook.remove();
    y.sum().backward();
    assertValues(x.grad(), 2);
  }
}
