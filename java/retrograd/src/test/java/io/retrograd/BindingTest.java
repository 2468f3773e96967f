package io.retrograd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.internal.Callbacks;
import io.retrograd.internal.Engine;
import io.retrograd.internal.Natives;
import io.retrograd.internal.Ops;
import io.retrograd.internal.Whole;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The generated binding and what supports it: one JNI call on plain numbers per operation, exceptions by type. */
class BindingTest {
  private static final int CPU = 0;
  private static final int BOOL = DType.BOOL.ordinal();
  private static final int INT64 = DType.INT64.ordinal();
  private static final int FLOAT32 = DType.FLOAT32.ordinal();
  private static final int FLOAT64 = DType.FLOAT64.ordinal();

  // Nothing closes plain handles but the tests themselves.
  private final List<Long> opened = new ArrayList<>();
  private long openBefore;

  @BeforeEach
  void count() {
    openBefore = Engine.openHandles();
  }

  @AfterEach
  void close() {
    opened.forEach(Natives::close);
    assertTrue(Engine.openHandles() <= openBefore, "every handle was closed");
  }

  /** Closes the handle after the test. */
  private long own(long handle) {
    opened.add(handle);
    return handle;
  }

  private long[] own(long[] handles) {
    for (long handle : handles) own(handle);
    return handles;
  }

  private long vector(double... values) {
    return own(Elements.fromArray(values, FLOAT32, new long[] {values.length}, CPU));
  }

  private static double[] values(long handle) {
    double[] out = new double[(int) Ops.numel(handle)];
    Elements.toArray(handle, out);
    return out;
  }

  // ---- the generated classes ----

  @Test
  void noMethodHasPointers() {
    List<String> wrong = new ArrayList<>();
    for (Class<?> c : new Class<?>[] {Ops.class, Engine.class, Natives.class}) {
      for (Method m : c.getDeclaredMethods()) {
        if (!Modifier.isNative(m.getModifiers())) continue;
        List<Class<?>> types = new ArrayList<>(Arrays.asList(m.getParameterTypes()));
        types.add(m.getReturnType());
        if (types.stream().anyMatch(Pointer.class::isAssignableFrom)) wrong.add(m.toString());
      }
    }
    assertEquals(List.of(), wrong);
  }

  // ---- arguments and results ----

  @Test
  void shapesAndNumbersCross() {
    long x = own(Ops.full(new long[] {2, 3}, 1.5, FLOAT32, CPU));
    assertArrayEquals(new long[] {2, 3}, Ops.shape(x));
    assertEquals(FLOAT32, Ops.dtype(x));
    assertEquals(CPU, Ops.device(x));
    assertEquals(1.5, Ops.item(own(Ops.full(new long[0], 1.5, FLOAT64, CPU))));
    assertEquals(0, Engine.gradOf(x), "an undefined tensor is 0");
  }

  /** Names, ordinals and sizes of the engine's dtypes are the enum's. */
  @Test
  void dtypes() {
    for (DType dtype : DType.values()) {
      long x = own(Ops.full(new long[] {3}, 1.0, dtype.ordinal(), CPU));
      assertEquals(dtype.ordinal(), Ops.dtype(x));
      ByteBuffer bytes = ByteBuffer.allocate(3 * dtype.itemSize()).order(ByteOrder.nativeOrder());
      Elements.toBuffer(x, bytes, dtype.ordinal());
      long copy = own(Elements.fromBuffer(bytes, dtype.ordinal(), new long[] {3}, CPU));
      assertArrayEquals(new double[] {1, 1, 1}, values(copy));
      Exception e = assertThrows(
          DTypeException.class,
          () -> own(dtype.isFloatingPoint() ? Ops.bitwiseNot(x) : Ops.mean(x, new long[0], false)));
      assertTrue(e.getMessage().contains(dtype.toString()), e.getMessage());
    }
    assertThrows(
        IllegalArgumentException.class,
        () -> Ops.full(new long[] {1}, 1.0, DType.values().length, CPU));
  }

  @Test
  void operandsKeepTheirKind() {
    long x = own(Elements.fromArray(new long[] {1, 2}, INT64, new long[] {2}, CPU));
    assertEquals(INT64, Ops.dtype(own(Ops.add(x, new Whole(1)))));
    assertEquals(FLOAT32, Ops.dtype(own(Ops.add(x, 1.0))));
    assertEquals(INT64, Ops.dtype(own(Ops.add(x, true))));
    assertEquals(
        (1L << 60) + 1, Ops.itemLong(own(Ops.select(own(Ops.add(x, new Whole(1L << 60))), 0, 0))));
    assertArrayEquals(new double[] {2, 4}, values(own(Ops.add(x, x))));
  }

  @Test
  void operandsOfWhereMix() {
    long mask = own(Elements.fromArray(new boolean[] {true, false}, BOOL, new long[] {2}, CPU));
    assertArrayEquals(
        new double[] {5, -1}, values(own(Ops.where(mask, vector(5, 6), new Whole(-1)))));
    assertArrayEquals(new double[] {0.5, 6}, values(own(Ops.where(mask, 0.5, vector(5, 6)))));
  }

  @Test
  void listsCross() {
    long[] parts = own(Ops.unbind(vector(1, 2, 3), 0));
    assertEquals(3, parts.length);
    assertArrayEquals(
        new double[] {3, 1}, values(own(Ops.stack(new long[] {parts[2], parts[0]}, 0))));
    assertEquals(3, Natives.closeAll(parts, 3));
    assertEquals(0, Natives.closeAll(parts, 3));
  }

  @Test
  void stringsAreUnicode() {
    long x = vector(1);
    own(Engine.requiresGrad_(x, true));
    long[] result = own(Natives.attachFunction(
        "Näme 😀",
        new long[] {x},
        new long[] {own(Ops.detach(x))},
        new long[0],
        (g, s) -> g,
        true,
        false));
    assertEquals("Näme 😀", Engine.nodeName(own(Engine.gradFn(result[0]))));
  }

  // ---- elements ----

  @Test
  void arraysAndBuffersOfEachType() {
    assertArrayEquals(
        new double[] {1, 0},
        values(own(Elements.fromArray(new boolean[] {true, false}, BOOL, new long[] {2}, CPU))));
    assertArrayEquals(
        new double[] {255},
        values(own(Elements.fromArray(new byte[] {-1}, 1, new long[] {1}, CPU))));
    assertArrayEquals(
        new double[] {7},
        values(own(Elements.fromArray(new int[] {7}, FLOAT64, new long[] {1}, CPU))));

    FloatBuffer heap =
        FloatBuffer.wrap(new float[] {0, 1, 2, 3}).position(1).slice().limit(2);
    assertArrayEquals(
        new double[] {1, 2}, values(own(Elements.fromBuffer(heap, FLOAT32, new long[] {2}, CPU))));

    ByteBuffer direct =
        ByteBuffer.allocateDirect(20).order(ByteOrder.nativeOrder()).position(4);
    long square =
        own(Elements.fromArray(new float[] {1, 2, 3, 4}, FLOAT32, new long[] {2, 2}, CPU));
    Elements.toBuffer(own(Ops.t(square)), direct, FLOAT32);
    assertEquals(4, direct.position());
    assertEquals(3f, direct.getFloat(8), "a strided tensor is written in its own order");
    assertArrayEquals(
        new double[] {1, 3, 2, 4},
        values(own(Elements.fromBuffer(direct, FLOAT32, new long[] {4}, CPU))));
  }

  @Test
  void lengthsAreChecked() {
    long x = vector(1, 2, 3);
    assertThrows(
        ShapeException.class, () -> Elements.fromArray(new float[3], FLOAT32, new long[] {4}, CPU));
    assertThrows(ShapeException.class, () -> Elements.toArray(x, new float[2]));
    assertThrows(
        ShapeException.class, () -> Elements.toBuffer(x, FloatBuffer.allocate(4), FLOAT32));
    assertThrows(IllegalArgumentException.class, () -> Elements.toArray(x, new String[3]));
    assertThrows(
        IllegalArgumentException.class,
        () -> Elements.fromBuffer(
            ByteBuffer.allocate(8).order(ByteOrder.BIG_ENDIAN), FLOAT32, new long[] {2}, CPU));
  }

  // ---- exceptions: the translation leans on JavaCPP's generated text, see native/jni/exceptions.h
  // ----

  @Test
  void exceptionsKeepTheirType() {
    long x = vector(1, 2);
    assertThrows(ShapeException.class, () -> Ops.add(x, vector(1, 2, 3)));
    assertThrows(IndexException.class, () -> Ops.select(x, 0, 9));
    assertThrows(DeviceException.class, () -> Ops.full(new long[] {1}, 1.0, FLOAT32, 7 << 16));
    assertThrows(
        AutogradException.class,
        () -> Engine.backward(new long[] {x}, new long[] {0}, false, false, new long[0]));
    assertThrows(IllegalArgumentException.class, () -> Ops.full(new long[] {1}, 1.0, 99, CPU));
    assertThrows(IllegalArgumentException.class, () -> Engine.nodeName(x), "a tensor is no node");
  }

  @Test
  void outOfMemoryTellsTheFigures() {
    long bytes = 1L << 50;
    OutOfMemoryException e = assertThrows(
        OutOfMemoryException.class, () -> Ops.empty(new long[] {bytes / 4}, FLOAT32, CPU));
    assertTrue(e.getMessage().contains("cpu"), e.getMessage());
  }

  @Test
  void closedHandlesRaise() {
    long x = vector(1, 2);
    long y = own(Natives.share(x));
    assertTrue(Natives.close(x));
    assertFalse(Natives.close(x));
    assertFalse(Natives.isOpen(x));
    assertThrows(ClosedTensorException.class, () -> Ops.neg(x));
    assertThrows(ClosedTensorException.class, () -> Ops.stack(new long[] {y, x}, 0));
    assertThrows(ClosedTensorException.class, () -> Ops.neg(0));
    assertThrows(ClosedTensorException.class, () -> Ops.neg(-1));
    assertThrows(ClosedTensorException.class, () -> Ops.neg(Long.MIN_VALUE + 12345));
    assertArrayEquals(new double[] {1, 2}, values(y));
  }

  /** As a thread does that read the handle before another closed the tensor. */
  @Test
  void aClosedHandleIsNotTheNextTensorInItsPlace() {
    long x = vector(1, 2);
    assertTrue(Natives.close(x));
    long next = vector(3, 4);
    assertEquals((int) x, (int) next, "the slot is used again");
    assertThrows(ClosedTensorException.class, () -> Ops.neg(x));
    assertFalse(Natives.isOpen(x));
    assertFalse(Natives.close(x));
    assertArrayEquals(new double[] {3, 4}, values(next));
  }

  @Test
  void failedCallsPinNothing() {
    long x = vector(1, 2);
    long wrong = vector(1, 2, 3);
    long before = Engine.openHandles();
    for (int i = 0; i < 100; i++) {
      assertThrows(ShapeException.class, () -> Ops.add(x, wrong));
      assertThrows(RetrogradException.class, () -> Ops.cat(new long[] {x, 0, wrong, -5}, 0));
    }
    assertEquals(before, Engine.openHandles());
    assertTrue(Natives.close(x));
    assertEquals(before - 1, Engine.openHandles(), "a pin left behind would keep the slot");
  }

  // ---- callbacks ----

  private static final class Checked extends Exception {
    private static final long serialVersionUID = 1;
  }

  private void backwardThrough(Callbacks.Backward callback) {
    // What a callback gets is its own to close; what it gives away is closed already by then.
    Callbacks.Backward closing = (grads, saved) -> callback.backward(own(grads), own(saved));
    long x = vector(1, 2);
    own(Engine.requiresGrad_(x, true));
    long[] out = own(Natives.attachFunction(
        "F",
        new long[] {x},
        new long[] {own(Ops.detach(x))},
        new long[] {x},
        closing,
        true,
        false));
    Engine.backward(out, new long[] {vector(10, 20)}, false, false, new long[0]);
    assertArrayEquals(new double[] {10, 20}, values(own(Engine.gradOf(x))));
  }

  @Test
  void customBackward() {
    backwardThrough((grads, saved) -> {
      assertEquals(1, saved.length);
      return grads;
    });
  }

  @Test
  void exceptionsPassThroughNativeFrames() {
    Checked thrown = new Checked();
    assertSame(
        thrown,
        assertThrows(
            Checked.class,
            () -> backwardThrough((g, s) -> {
              throw thrown;
            })));
    // C++ inside Java inside C++
    assertThrows(
        ShapeException.class,
        () -> backwardThrough((g, s) -> new long[] {Ops.add(g[0], vector(1, 2, 3))}));
    assertThrows(ClosedTensorException.class, () -> backwardThrough((g, s) -> new long[] {-1}));
    assertThrows(StackOverflowError.class, () -> backwardThrough(BindingTest::endless));
  }

  private static long[] endless(long[] g, long[] s) {
    return endless(g.clone(), s);
  }

  @Test
  void hooks() {
    long x = vector(1, 2);
    own(Engine.requiresGrad_(x, true));
    long hook = Natives.addHook(x, g -> Ops.mul(own(g), 3.0));
    Engine.backward(
        new long[] {own(Ops.sum(x, new long[0], false))},
        new long[] {0},
        false,
        false,
        new long[0]);
    assertArrayEquals(new double[] {3, 3}, values(own(Engine.gradOf(x))));
    Engine.removeHook(x, hook);
    Engine.backward(
        new long[] {own(Ops.sum(x, new long[0], false))},
        new long[] {0},
        false,
        false,
        new long[0]);
    assertArrayEquals(new double[] {4, 4}, values(own(Engine.gradOf(x))));
  }
}
