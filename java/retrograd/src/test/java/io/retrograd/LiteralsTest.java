package io.retrograd;

import static io.retrograd.DType.BOOL;
import static io.retrograd.DType.FLOAT32;
import static io.retrograd.DType.FLOAT64;
import static io.retrograd.DType.INT16;
import static io.retrograd.DType.INT32;
import static io.retrograd.DType.INT64;
import static io.retrograd.DType.INT8;
import static io.retrograd.DType.UINT8;
import static io.retrograd.Retrograd.arange;
import static io.retrograd.Retrograd.fromArray;
import static io.retrograd.Retrograd.fromBuffer;
import static io.retrograd.Retrograd.full;
import static io.retrograd.Retrograd.getDefaultDevice;
import static io.retrograd.Retrograd.onesLike;
import static io.retrograd.Retrograd.options;
import static io.retrograd.Retrograd.tensor;
import static io.retrograd.Retrograd.where;
import static io.retrograd.Retrograd.zeros;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;
import org.junit.jupiter.api.Test;

class LiteralsTest {
  private static void is(Tensor t, DType dtype, long... shape) {
    assertEquals(dtype, t.dtype());
    assertArrayEquals(shape, t.shape());
  }

  @Test
  void literalsGiveThreeTypes() {
    is(tensor(2.0), FLOAT32);
    is(tensor(1.0, 2.0), FLOAT32, 2);
    is(tensor(1, 2.5), FLOAT32, 2);
    is(tensor(new float[] {1}), FLOAT32, 1);
    is(tensor(2), INT64);
    is(tensor(1, 2, 3), INT64, 3);
    is(tensor(new int[] {1, 2}), INT64, 2);
    is(tensor(true), BOOL);
    is(tensor(true, false), BOOL, 2);
    is(tensor(new double[0]), FLOAT32, 0);
  }

  @Test
  void optionsComeFirst() {
    is(tensor(FLOAT32, 1, 2, 3), FLOAT32, 3);
    is(tensor(INT32, 7), INT32);
    is(tensor(getDefaultDevice(), 1.5), FLOAT32);
    Tensor t =
        tensor(options(FLOAT64).device(getDefaultDevice().toString()).requiresGrad(true), 1.0, 2.0);
    is(t, FLOAT64, 2);
    assertTrue(t.requiresGrad() && t.isLeaf());
    assertThrows(DTypeException.class, () -> tensor(options().requiresGrad(true), 1, 2));
  }

  @Test
  void nestedArrays() {
    is(tensor(new double[][] {{1, 2, 3}, {4, 5, 6}}), FLOAT32, 2, 3);
    is(tensor(new int[][][] {{{1}, {2}}}), INT64, 1, 2, 1);
    is(tensor(new boolean[1][2][3][4]), BOOL, 1, 2, 3, 4);
    is(tensor(new double[3][0]), FLOAT32, 3, 0);
    assertArrayEquals(
        new long[] {1, 2, 3, 4}, tensor(new long[][] {{1, 2}, {3, 4}}).toLongArray());
  }

  @Test
  void raggedArraysNameThePlace() {
    var e = assertThrows(ShapeException.class, () -> tensor(new double[][][] {{{1, 2}}, {{3}}}));
    assertTrue(e.getMessage().contains("[1][0] has 1 elements"), e.getMessage());
    assertThrows(ShapeException.class, () -> tensor(new double[][] {{1}, null}));
    assertThrows(ShapeException.class, () -> tensor(new double[0][]));
  }

  @Test
  void arraysKeepTheirType() {
    is(fromArray(new double[] {1, 2, 3, 4}, 2, 2), FLOAT64, 2, 2);
    is(fromArray(new float[] {1}), FLOAT32, 1);
    is(fromArray(new int[] {1}), INT32, 1);
    is(fromArray(new long[] {1}), INT64, 1);
    is(fromArray(new boolean[] {true}), BOOL, 1);
    is(fromArray(new byte[] {-1}), UINT8, 1);
    assertEquals(255, fromArray(new byte[] {-1}).itemLong());
    is(fromArray(INT8, new byte[] {-1}), INT8, 1);
    assertEquals(-1, fromArray(INT8, new byte[] {-1}).itemLong());
    is(fromArray(new short[] {1, -300}, 2, 1), INT16, 2, 1);
    assertArrayEquals(new short[] {1, -300}, fromArray(new short[] {1, -300}).toShortArray());
    for (DType dtype : new DType[] {UINT8, INT8})
      assertArrayEquals(
          new byte[] {-1, 127}, fromArray(dtype, new byte[] {-1, 127}).toByteArray());
    assertThrows(ShapeException.class, () -> fromArray(new int[] {1, 2, 3}, 2, 2));
  }

  /** The shape of a 0-d tensor is one too. */
  @Test
  void anEmptyShapeIsOfNoDimension() {
    long[] none = tensor(1.0).shape();
    is(fromArray(new double[] {1}, none), FLOAT64);
    is(fromArray(new float[] {1}, none), FLOAT32);
    is(fromArray(new int[] {1}, none), INT32);
    is(fromArray(new long[] {1}, none), INT64);
    is(fromArray(new boolean[] {true}, none), BOOL);
    is(fromArray(new byte[] {1}, none), UINT8);
    is(fromArray(FLOAT32, new double[] {1}, none), FLOAT32);
    is(fromArray(FLOAT32, new double[] {1}), FLOAT32, 1);
    is(fromBuffer(FloatBuffer.wrap(new float[] {1}), none), FLOAT32);
    is(fromBuffer(DoubleBuffer.wrap(new double[] {1}), none), FLOAT64);
    is(fromBuffer(IntBuffer.wrap(new int[] {1}), none), INT32);
    is(fromBuffer(LongBuffer.wrap(new long[] {1}), none), INT64);
    is(fromBuffer(ShortBuffer.wrap(new short[] {1}), none), INT16);
    is(fromBuffer(ByteBuffer.wrap(new byte[] {1}), UINT8, none), UINT8);
    is(fromBuffer(ByteBuffer.wrap(new byte[] {1, 2}), UINT8), UINT8, 2);
    assertThrows(ShapeException.class, () -> fromArray(new int[] {1, 2}, none));
    assertThrows(ShapeException.class, () -> fromArray(new int[0], none));
  }

  @Test
  void buffers() {
    FloatBuffer floats = FloatBuffer.wrap(new float[] {0, 1, 2, 3}).position(1);
    assertArrayEquals(new double[] {1, 2, 3}, fromBuffer(floats).toDoubleArray());
    ByteBuffer raw = ByteBuffer.allocateDirect(16).order(ByteOrder.nativeOrder());
    tensor(FLOAT64, 1.5, 2.5).copyTo(raw);
    assertEquals(2.5, raw.getDouble(8));
    is(fromBuffer(raw, FLOAT64), FLOAT64, 2);
    assertThrows(ShapeException.class, () -> tensor(1.0).copyTo(FloatBuffer.allocate(2)));
  }

  @Test
  void creationInfersTypes() {
    is(arange(5), INT64, 5);
    is(arange(0, 1, 0.25), FLOAT32, 4);
    is(arange(FLOAT32, 10), FLOAT32, 10);
    is(full(new long[] {2}, 1), INT64, 2);
    is(full(new long[] {2}, 1.0), FLOAT32, 2);
    is(full(new long[] {2}, true), BOOL, 2);
    is(onesLike(tensor(FLOAT64, 1, 2)), FLOAT64, 2);
    is(zeros(), FLOAT32);
  }

  @Test
  void numbersPromoteByKind() {
    Tensor i = tensor(1, 2);
    is(i.add(2), INT64, 2);
    is(i.add(2.5), FLOAT32, 2);
    assertEquals((1L << 60) + 1, tensor(1).add(1L << 60).itemLong());
    assertEquals((1L << 60) + 1, tensor((1L << 60) + 1).itemLong());
    is(tensor(FLOAT64, 1).mul(2.5), FLOAT64);
    assertEquals(8, tensor(3.0).rpow(2).item());
    assertEquals(-1, tensor(3).rsub(2).itemLong());
    Tensor mask = tensor(true, false);
    is(where(mask, tensor(FLOAT64, 1, 2), 0), FLOAT64, 2);
    is(where(mask, 1, 0), INT64, 2);
    assertArrayEquals(new double[] {1.5, 0}, where(mask, 1.5, zeros(2)).toDoubleArray());
  }

  @Test
  void itemWantsOneElement() {
    assertEquals(2.5, tensor(new double[][] {{2.5}}).item());
    assertThrows(ShapeException.class, () -> tensor(1.0, 2.0).item());
  }
}
