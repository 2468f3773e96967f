package io.retrograd.misuse;

import static io.retrograd.Retrograd.ones;

import io.retrograd.AutogradException;
import io.retrograd.ClosedTensorException;
import io.retrograd.Memory;
import io.retrograd.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** Threads that add, differentiate, write and close the same few tensors. Argument: seconds. */
public final class SharedTensors {
  private static final int THREADS = 16;
  private static final AtomicReferenceArray<Tensor> TENSORS = new AtomicReferenceArray<>(24);
  private static final AtomicLong DONE = new AtomicLong();
  private static final AtomicLong REFUSED = new AtomicLong();

  private SharedTensors() {}

  public static void main(String[] args) throws Exception {
    Thread.setDefaultUncaughtExceptionHandler((thread, e) -> {
      e.printStackTrace();
      Runtime.getRuntime().halt(1);
    });
    for (int i = 0; i < TENSORS.length(); i++) TENSORS.set(i, fresh(i));
    long end = System.nanoTime() + Long.parseLong(args[0]) * 1_000_000_000;
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      Random random = new Random(i);
      Thread thread = new Thread(() -> {
        while (System.nanoTime() < end) act(random);
      });
      thread.start();
      threads.add(thread);
    }
    for (Thread thread : threads) thread.join();
    for (int i = 0; i < TENSORS.length(); i++) TENSORS.get(i).close();
    System.out.println(DONE + " done, " + REFUSED + " refused, left " + Memory.snapshot());
    if (DONE.get() < 1000 || REFUSED.get() == 0) System.exit(2);
    for (int i = 0; Memory.snapshot().openTensors() > 0; i++) {
      if (i == 100) System.exit(3);
      System.gc();
      Thread.sleep(20);
    }
  }

  private static Tensor fresh(int i) {
    return ones(1 + i % 2 * 2000).requiresGrad_(i % 3 > 0);
  }

  private static void act(Random random) {
    int place = random.nextInt(TENSORS.length());
    Tensor a = TENSORS.get(place);
    Tensor b = TENSORS.get(random.nextInt(TENSORS.length()));
    try {
      switch (random.nextInt(10)) {
        case 0, 1 -> TENSORS.set(place, a.add(b));
        case 2 -> TENSORS.set(place, a.mul(b).tanh());
        case 3, 4 -> a.sum().mul(b.mean()).backward();
        case 5 -> a.mul_(0.5);
        case 6 -> {
          Tensor gradient = a.grad();
          if (gradient != null) gradient.add_(1);
        }
        case 7 -> a.toString();
        case 8 -> a.setGrad(null);
        default -> {
          a.close();
          TENSORS.set(place, fresh(place));
        }
      }
      DONE.incrementAndGet();
    } catch (ClosedTensorException | AutogradException e) {
      REFUSED.incrementAndGet();
      if (a.isClosed()) TENSORS.compareAndSet(place, a, fresh(place));
    }
  }
}
