package io.retrograd;

import static io.retrograd.Retrograd.arange;
import static io.retrograd.Retrograd.tensor;
import static io.retrograd.Retrograd.zeros;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class IndexTest {
  private final Tensor x = arange(12).view(3, 4);

  @Test
  void places() {
    assertArrayEquals(new long[] {8, 9, 10, 11}, x.get(2).toLongArray());
    assertEquals(6, x.get(1, -2).itemLong());
    assertTrue(x.get(2).sharesStorage(x));
  }

  @Test
  void slices() {
    assertArrayEquals(new long[] {3, 7, 11}, x.get(Index.all(), Index.at(3)).toLongArray());
    assertArrayEquals(
        new long[] {0, 2, 8, 10},
        x.get(Index.slice(0, 3, 2), Index.slice(0, 4, 2)).toLongArray());
    assertArrayEquals(
        new long[] {4, 5, 8, 9}, x.get(Index.from(1), Index.until(2)).toLongArray());
    assertArrayEquals(new long[] {1, 5, 9}, x.get(Index.ellipsis(), Index.at(1)).toLongArray());
    assertArrayEquals(new long[] {3, 1, 4}, x.get(Index.all(), Index.newAxis()).shape());
    assertArrayEquals(new long[] {3, 4}, x.get(Index.ellipsis()).shape());
    assertThrows(IllegalArgumentException.class, () -> Index.slice(3, 0, -1));
  }

  @Test
  void tensors() {
    assertArrayEquals(new long[] {9, 10, 11}, x.get(x.gt(8)).toLongArray());
    assertArrayEquals(new long[] {8, 9, 10, 11, 0, 1, 2, 3}, x.get(tensor(2, 0)).toLongArray());
    assertArrayEquals(new long[] {6, 2}, x.get(tensor(1, 0), Index.at(2)).toLongArray());
    assertArrayEquals(
        new long[] {3, 2}, x.get(Index.all(), tensor(true, false, false, true)).shape());
    assertArrayEquals(new long[] {4, 11}, x.get(tensor(1, 2), tensor(0, 3)).toLongArray());
  }

  @Test
  void aSingleTruthValueTakesAllOrNothing() {
    assertArrayEquals(new long[] {0, 3, 4}, x.get(tensor(false)).shape());
    assertArrayEquals(new long[] {1, 3, 4}, x.get(tensor(true)).shape());
    Tensor five = tensor(5.0);
    assertEquals(5, five.set(0, tensor(false)).item());
    assertEquals(0, five.set(0, tensor(true)).item());
    assertThrows(NullPointerException.class, () -> x.get(Index.at(0), null));
  }

  @Test
  void writes() {
    Tensor y = x.clone();
    y.set(0, y.lt(6)).set(-1, 2, 3).set(tensor(7, 7), Index.at(1), Index.from(2));
    assertArrayEquals(new long[] {0, 0, 0, 0, 0, 0, 7, 7, 8, 9, 10, -1}, y.toLongArray());
    y.set(tensor(new long[][] {{5, 6, 7, 8}}), 0);
    assertArrayEquals(new long[] {5, 6, 7, 8}, y.get(0).toLongArray());
    y.set(2.5, y.gt(100)).set(2.5, y.eq(5));
    assertEquals(2, y.get(0, 0).itemLong(), "a number takes the tensor's dtype");
    y.set(tensor(new long[][] {{1, 2}}), tensor(1, 2), Index.at(3));
    assertArrayEquals(new long[] {8, 1, 2}, y.get(Index.all(), Index.at(3)).toLongArray());
    y.set(0.0, Index.all());
    assertEquals(0, y.abs().sum().itemLong());
  }

  @Test
  void writesAreDifferentiable() {
    Tensor w = tensor(1.0, 2.0, 3.0).requiresGrad_(true);
    Tensor v = tensor(5.0).requiresGrad_(true);
    Tensor y = w.mul(2);
    y.set(v, 1);
    y.set(0, tensor(true, false, false));
    y.sum().backward();
    assertArrayEquals(new double[] {0, 0, 2}, w.grad().toDoubleArray());
    assertEquals(1, v.grad().item());
  }

  @Test
  void gatheringIsDifferentiable() {
    Tensor w = zeros(3).requiresGrad_(true);
    w.get(tensor(0, 0, 2)).sum().backward();
    assertArrayEquals(new double[] {2, 0, 1}, w.grad().toDoubleArray());
  }

  @Test
  void errors() {
    assertThrows(IndexException.class, () -> x.get(3));
    assertThrows(IndexException.class, () -> x.get(0, 0, 0));
    assertThrows(IndexException.class, () -> x.get(Index.ellipsis(), Index.ellipsis()));
    assertThrows(
        IndexException.class,
        () -> x.get(tensor(5)).toDoubleArray()); // a GPU raises where it is waited for
    assertThrows(IndexException.class, () -> x.size(2));
  }
}
