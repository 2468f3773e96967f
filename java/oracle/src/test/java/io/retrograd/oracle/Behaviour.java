package io.retrograd.oracle;

import static io.retrograd.DType.FLOAT64;
import static io.retrograd.Retrograd.options;
import static io.retrograd.Retrograd.tensor;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.Tensor;
import org.junit.jupiter.api.function.Executable;

/**
 * What the behaviour tests share. The numbers in their names are those of the list of behaviours that an autograd
 * library is trusted to keep: 1-24 passes, 25-47 leaves, writes and hooks, 48-64 functions and tools.
 * Absent are 45 (hooks on nodes), 59 (anomaly mode), 60 (checkpoints), 62 (complex numbers) and 63 (hooks on saved
 * tensors): no such API yet.
 */
final class Behaviour {
  private Behaviour() {}

  static Tensor leaf(double... values) {
    return tensor(options(FLOAT64).requiresGrad(true), values);
  }

  static Tensor vector(double... values) {
    return tensor(FLOAT64, values);
  }

  static void assertValues(Tensor actual, double... expected) {
    assertArrayEquals(expected, actual.toDoubleArray(), 1e-12);
  }

  /** Raises that type, with a message that holds each part. */
  static <E extends Throwable> E raises(Class<E> type, Executable action, String... parts) {
    E e = assertThrows(type, action);
    for (String part : parts)
      assertTrue(e.getMessage().contains(part), "no \"" + part + "\" in: " + e.getMessage());
    return e;
  }
}
