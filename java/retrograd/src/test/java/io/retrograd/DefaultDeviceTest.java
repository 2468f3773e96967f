package io.retrograd;

import static io.retrograd.DType.FLOAT64;
import static io.retrograd.Retrograd.arange;
import static io.retrograd.Retrograd.empty;
import static io.retrograd.Retrograd.eye;
import static io.retrograd.Retrograd.fromArray;
import static io.retrograd.Retrograd.fromBuffer;
import static io.retrograd.Retrograd.full;
import static io.retrograd.Retrograd.getDefaultDevice;
import static io.retrograd.Retrograd.linspace;
import static io.retrograd.Retrograd.ones;
import static io.retrograd.Retrograd.options;
import static io.retrograd.Retrograd.rand;
import static io.retrograd.Retrograd.randint;
import static io.retrograd.Retrograd.randn;
import static io.retrograd.Retrograd.randperm;
import static io.retrograd.Retrograd.setDefaultDevice;
import static io.retrograd.Retrograd.tensor;
import static io.retrograd.Retrograd.zeros;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.retrograd.memory.ForkedJvm;
import io.retrograd.nn.Linear;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The device of tensors that are made without naming one. */
class DefaultDeviceTest {
  private final Device before = getDefaultDevice();

  @AfterEach
  void restore() {
    setDefaultDevice(before);
  }

  /** Another device than the one that these tests run on. */
  private Device other() {
    Device other = before.isCuda() ? Device.CPU : Device.cuda(0);
    assumeTrue(!other.isCuda() || Device.cudaCount() > 0, "needs a second device");
    return other;
  }

  private static List<Tensor> made() {
    return List.of(
        tensor(1.0),
        tensor(1.0, 2.0),
        tensor(3),
        tensor(true),
        tensor(new double[][] {{1}, {2}}),
        tensor(FLOAT64, 1.0),
        fromArray(new float[] {1, 2}, 2),
        fromBuffer(FloatBuffer.wrap(new float[] {1, 2})),
        empty(2),
        zeros(2),
        ones(2),
        ones(options(FLOAT64).requiresGrad(true), 2),
        full(new long[] {2}, 1.5),
        rand(2),
        randn(2),
        randint(0, 9, 2),
        randperm(3),
        arange(3),
        arange(0.0, 1.0, 0.5),
        linspace(0, 1, 3),
        eye(2),
        new Linear(2, 3).weight());
  }

  @Test
  void whatNamesNoneIsMadeThere() {
    for (Tensor t : made()) assertEquals(before, t.device());
    Device other = other();
    setDefaultDevice(other);
    assertEquals(other, getDefaultDevice());
    for (Tensor t : made()) assertEquals(other, t.device());
    assertEquals(before, ones(before, 2).device());
    assertEquals(before, ones(options(FLOAT64).device(before), 2).device());
    assertEquals(before, Retrograd.zerosLike(ones(before, 2)).device());
  }

  @Test
  void memoryIsItsMemory() {
    setDefaultDevice(other());
    long here = Memory.allocated();
    long there = Memory.allocated(before);
    try (Scope scope = Scope.open()) {
      ones(1 << 20);
      assertEquals(here + (4 << 20), Memory.allocated());
      assertEquals(there, Memory.allocated(before));
    }
  }

  @Test
  void anotherThreadHasItsOwn() {
    setDefaultDevice(other());
    assertEquals(
        before, CompletableFuture.supplyAsync(Retrograd::getDefaultDevice).join());
  }

  @Test
  void anAbsentOneIsRefused() {
    var e = assertThrows(DeviceException.class, () -> setDefaultDevice(Device.cuda(99)));
    assertTrue(e.getMessage().contains("cuda:99"), e.getMessage());
    assertEquals(before, getDefaultDevice());
  }

  static final class Prints {
    public static void main(String[] args) {
      try {
        System.out.println(getDefaultDevice() + " " + ones(2).device());
      } catch (DeviceException | IllegalArgumentException e) {
        System.out.println(e.getMessage());
      }
    }
  }

  @Test
  void thePropertyChoosesTheFirstOne() {
    assertEquals(
        "cpu cpu",
        ForkedJvm.run(Prints.class, List.of("-Dretrograd.device=cpu")).strip());
    String cuda = ForkedJvm.run(Prints.class, List.of("-Dretrograd.device=cuda"));
    assertTrue(
        Device.cudaCount() == 0 ? cuda.contains("not available") : cuda.equals("cuda:0 cuda:0\n"),
        cuda);
    String wrong = ForkedJvm.run(Prints.class, List.of("-Dretrograd.device=gpu"));
    assertTrue(wrong.contains("-Dretrograd.device: no such device: \"gpu\""), wrong);
  }
}
