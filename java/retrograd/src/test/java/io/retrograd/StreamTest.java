package io.retrograd;

import static io.retrograd.DType.FLOAT32;
import static io.retrograd.DType.FLOAT64;
import static io.retrograd.Retrograd.arange;
import static io.retrograd.Retrograd.full;
import static io.retrograd.Retrograd.noGrad;
import static io.retrograd.Retrograd.options;
import static io.retrograd.Retrograd.stream;
import static io.retrograd.Retrograd.tensor;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Streams, pinned memory and memory shared by address: on a GPU where there is one, or on the emulated device. */
class StreamTest {
  private static final Device GPU = Device.cuda(0);

  private static void needGpu() {
    assumeTrue(Device.cudaCount() > 0, Device.cudaStatus());
  }

  @Test
  void theCpuHasOneStreamThatIsAlwaysIdle() {
    Device.CPU.synchronize();
    Stream only = Stream.current(Device.CPU);
    assertEquals(only, new Stream(Device.CPU));
    assertTrue(only.query());
    only.waitStream(Stream.defaultStream(Device.CPU));
    only.synchronize();
    try (var s = stream(only)) {
      assertEquals(only, Stream.current(Device.CPU));
    }
  }

  @Test
  void absentDevicesAreRefused() {
    Device missing = Device.cuda(1000);
    assertThrows(DeviceException.class, missing::synchronize);
    assertThrows(DeviceException.class, () -> new Stream(missing));
    assertThrows(DeviceException.class, () -> Stream.current(missing));
    assertThrows(DeviceException.class, () -> Stream.defaultStream(missing).synchronize());
    assertThrows(DeviceException.class, () -> stream(Stream.defaultStream(missing)));
    assertThrows(
        DeviceException.class,
        () -> Tensor.fromDevicePointer(64, FLOAT32, missing, new long[] {1}, () -> {}));
    assertThrows(DeviceException.class, () -> tensor(options(Device.CPU), 1.0).devicePointer());
    if (Device.cudaCount() == 0) {
      assertThrows(DeviceException.class, () -> tensor(1.0).pinMemory());
    }
  }

  @Test
  void guardsNestAndRestore() throws Exception {
    needGpu();
    Stream first = new Stream(GPU);
    Stream second = new Stream(GPU);
    assertNotEquals(first, second);
    assertEquals(Stream.defaultStream(GPU), Stream.current(GPU));
    try (var a = stream(first)) {
      assertEquals(first, Stream.current(GPU));
      try (var b = stream(second)) {
        assertEquals(second, Stream.current(GPU));
        assertEquals(
            Stream.defaultStream(GPU),
            CompletableFuture.supplyAsync(() -> Stream.current(GPU)).get());
      }
      assertEquals(first, Stream.current(GPU));
      var e = assertThrows(
          Exception.class, () -> CompletableFuture.runAsync(a::close).join());
      assertTrue(e.getCause() instanceof IllegalStateException);
    }
    assertEquals(Stream.defaultStream(GPU), Stream.current(GPU));
  }

  @Test
  void anOuterGuardEndsTheInnerOnes() {
    needGpu();
    Stream first = new Stream(GPU);
    Stream.Guard outer = stream(first);
    Stream.Guard inner = stream(new Stream(GPU));
    try (var off = noGrad();
        var elsewhere = stream(Stream.defaultStream(Device.CPU))) {
      outer.close();
      assertEquals(Stream.defaultStream(GPU), Stream.current(GPU));
      assertFalse(Retrograd.isGradEnabled(), "a change of another kind");
    }
    inner.close();
    assertEquals(Stream.defaultStream(GPU), Stream.current(GPU));
  }

  @Test
  void backwardRunsOnTheStreamOfItsForward() {
    needGpu();
    Stream side = new Stream(GPU);
    for (int round = 0; round < 10; round++) {
      Tensor w = full(options(GPU), new long[] {1000}, 3.0).requiresGrad_(true);
      side.waitStream(Stream.current(GPU));
      w.recordStream(side);
      Tensor loss;
      Stream[] seen = new Stream[1];
      try (var s = stream(side)) {
        Tensor square = w.mul(w);
        square.registerHook(g -> {
          seen[0] = Stream.current(GPU);
          return g;
        });
        loss = square.sum();
      }
      loss.backward();
      assertEquals(side, seen[0]);
      assertTrue(w.grad().equal(full(options(GPU), new long[] {1000}, 6.0)));
    }
  }

  @Test
  void anIndexOutOfRangeIsRaisedBySynchronize() {
    needGpu();
    Tensor x = arange(options(GPU), 5);
    x.indexSelect(0, tensor(options(GPU), 7L, 0L));
    assertThrows(IndexException.class, GPU::synchronize);
    GPU.synchronize();
  }

  @Test
  void pinnedMemoryIsCopiedWithoutWaiting() {
    needGpu();
    Tensor host = arange(options(Device.CPU), 1000).to(FLOAT32);
    assertFalse(host.isPinned());
    Tensor pinned = host.pinMemory();
    assertTrue(pinned.isPinned());
    assertSame(pinned, pinned.pinMemory());
    assertTrue(pinned.equal(host));

    Tensor there = pinned.to(GPU, true);
    Tensor doubled = there.mul(2).to(Device.CPU, true);
    Tensor target = host.mul(0).pinMemory();
    target.copy_(there, true);
    Stream.current(GPU).synchronize();
    assertTrue(doubled.isPinned());
    assertTrue(doubled.equal(host.mul(2)));
    assertTrue(target.equal(host));
    assertThrows(DeviceException.class, there::pinMemory);
  }

  @Test
  void gradientsFlowThroughPinningAndNonBlockingCopies() {
    needGpu();
    Tensor x = tensor(options(Device.CPU), 1.0, 2.0).requiresGrad_(true);
    x.pinMemory().to(GPU, FLOAT64, true).mul(3).sum().backward();
    assertArrayEquals(new float[] {3, 3}, x.grad().toFloatArray());
  }

  @Test
  void memoryOfOthersIsHandedBackOnceNothingUsesIt() {
    needGpu();
    Tensor owner = arange(options(GPU), 10).to(FLOAT32);
    AtomicInteger released = new AtomicInteger();
    Tensor shared = Tensor.fromDevicePointer(
        owner.devicePointer(), FLOAT32, GPU, new long[] {2, 5}, released::incrementAndGet);
    assertEquals(owner.devicePointer() + 5 * 4, shared.get(1).devicePointer());
    Tensor w = full(options(GPU), new long[] {2, 5}, 1.0).requiresGrad_(true);
    Tensor loss = w.mul(shared).sum(); // saves it
    shared.close();
    assertEquals(0, released.get());
    loss.backward();
    assertArrayEquals(
        new float[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, w.grad().flatten().toFloatArray());
    // The view that get(1) made has no scope: only a collection ends it.
    try (var scope = Scope.open()) {
      Tensor.fromDevicePointer(
              owner.devicePointer(), FLOAT32, GPU, new long[] {10}, released::incrementAndGet)
          .add(1);
      assertEquals(0, released.get());
    }
    assertEquals(1, released.get());
  }

  @Test
  void aReleaseThatThrowsHarmsNobody() {
    needGpu();
    Tensor owner = arange(options(GPU), 10);
    Tensor.fromDevicePointer(owner.devicePointer(), DType.INT64, GPU, new long[] {10}, () -> {
          throw new IllegalStateException("thrown on purpose by StreamTest");
        })
        .close();
    assertEquals(45, owner.sum().item());
  }

  @Test
  void badAddressesAreRefused() {
    needGpu();
    Tensor x = arange(options(GPU), 10);
    AtomicInteger released = new AtomicInteger();
    long[] shape = {2};
    long good = x.devicePointer();
    assertThrows(
        IllegalArgumentException.class,
        () -> Tensor.fromDevicePointer(0, FLOAT64, GPU, shape, released::incrementAndGet));
    assertThrows(
        IllegalArgumentException.class,
        () -> Tensor.fromDevicePointer(good + 4, FLOAT64, GPU, shape, released::incrementAndGet));
    assertThrows(
        DeviceException.class,
        () -> Tensor.fromDevicePointer(4096, FLOAT64, GPU, shape, released::incrementAndGet));
    assertThrows(
        DeviceException.class,
        () ->
            Tensor.fromDevicePointer(good, FLOAT64, Device.CPU, shape, released::incrementAndGet));
    assertThrows(
        RetrogradException.class,
        () -> Tensor.fromDevicePointer(
            good, FLOAT64, GPU, new long[] {-1}, released::incrementAndGet));
    assertEquals(0, released.get());
    try (var g = noGrad()) {
      assertEquals(45, x.sum().item());
    }
  }
}
