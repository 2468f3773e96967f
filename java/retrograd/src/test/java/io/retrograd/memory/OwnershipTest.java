package io.retrograd.memory;

import static io.retrograd.Retrograd.ones;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.Memory;
import io.retrograd.Scope;
import io.retrograd.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BinaryOperator;
import org.junit.jupiter.api.Test;

/** Who frees a tensor, and when. */
class OwnershipTest {
  private record Pair(Tensor first, List<Tensor> rest, int number) {}

  /** The scope in which an operation runs owns the result, whichever operand is older. */
  @Test
  void operandsDoNotMatter() {
    Usage before = Usage.settled();
    Tensor outer = ones(2);
    List<BinaryOperator<Tensor>> operations = List.of(
        Tensor::add,
        Tensor::mul,
        (a, b) -> io.retrograd.Retrograd.cat(a, b),
        (a, b) -> a.maximum(b));
    for (BinaryOperator<Tensor> operation : operations) {
      Tensor left;
      Tensor right;
      try (Scope scope = Scope.open()) {
        Tensor inner = ones(2);
        left = operation.apply(outer, inner);
        right = operation.apply(inner, outer);
      }
      assertTrue(left.isClosed() && right.isClosed());
    }
    assertArrayEquals(new double[] {1, 1}, outer.toDoubleArray());
    outer.close();
    assertEquals(before, Usage.now());
  }

  /** A view is a tensor of its own: it outlives its base, and holds the memory. */
  @Test
  void viewsHoldTheirMemory() {
    Usage before = Usage.settled();
    Tensor row = Scope.run(() -> ones(4, 256).get(1));
    assertEquals(before.bytes() + 4096, Memory.allocated());
    assertEquals(256, row.sum().item());
    row.close();
    before.assertBack("the view");
  }

  @Test
  void runKeepsWhatItReturns() {
    Usage before = Usage.settled();
    try (Scope scope = Scope.open()) {
      Map<String, Optional<Pair>> kept = Scope.run(() ->
          Map.of("a", Optional.of(new Pair(ones(1).add(1), List.of(ones(1), ones(1)), 3))));
      Tensor[] array = Scope.run(() -> new Tensor[] {ones(1), ones(1).add(1)});
      Pair pair = kept.get("a").orElseThrow();
      assertEquals(
          2 + 1 + 1 + 1 + 2,
          pair.first().item()
              + pair.rest().stream().mapToDouble(Tensor::item).sum()
              + array[0].item()
              + array[1].item());
      assertEquals(before.tensors() + 5, Memory.snapshot().openTensors());
    }
    assertEquals(before, Usage.now());
  }

  @Test
  void anExceptionFreesAll() {
    Usage before = Usage.settled();
    try {
      Scope.run(() -> List.of(ones(1000), ones(1).mm(ones(1))));
    } catch (io.retrograd.ShapeException expected) {
      assertEquals(before, Usage.now());
      return;
    }
    throw new AssertionError("mm of vectors");
  }

  /** 4 GiB pass through one scope; what became unreachable is freed meanwhile. */
  @Test
  void aLongScopeFreesTheUnreachable() {
    long limit = Memory.limit();
    Memory.setLimit(Memory.allocated() + (512 << 20));
    try (Scope scope = Scope.open()) {
      Tensor sum = ones(1 << 18);
      for (int i = 0; i < 2000; i++) sum = sum.add(1).detach();
      assertEquals(2001, sum.get(0).item());
    } finally {
      Memory.setLimit(limit);
    }
  }
}
