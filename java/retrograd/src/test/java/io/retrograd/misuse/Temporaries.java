package io.retrograd.misuse;

import static io.retrograd.Retrograd.cat;
import static io.retrograd.Retrograd.full;
import static io.retrograd.Retrograd.stack;
import static io.retrograd.Retrograd.where;

import io.retrograd.BackwardOptions;
import io.retrograd.Index;
import io.retrograd.Tensor;
import io.retrograd.autograd.Autograd;
import io.retrograd.autograd.GradOptions;
import io.retrograd.memory.Usage;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.DoubleSupplier;

/**
 * Calls whose operands nobody else refers to, while other threads collect without a pause: an operand freed between the
 * reading of its handle and the call's own hold on it would raise ClosedTensorException. Argument: seconds.
 */
public final class Temporaries {
  private static final int N = 4;
  private static final int THREADS =
      12; // more than cores: a thread that waits for its turn waits anywhere
  private static final AtomicLong DONE = new AtomicLong();

  private Temporaries() {}

  private static Tensor t(double value) {
    return full(new long[] {N}, value);
  }

  private static Tensor leaf() {
    return t(1).requiresGrad_(true);
  }

  private static List<Tensor> many() {
    List<Tensor> list = new ArrayList<>();
    for (int i = 0; i < 200; i++) list.add(t(1));
    return list;
  }

  private static double chain() {
    return t(2).detach()
        .detach()
        .detach()
        .detach()
        .detach()
        .detach()
        .detach()
        .detach()
        .sum()
        .item();
  }

  /** Each gives 8. */
  private static final List<DoubleSupplier> CALLS = List.of(
      Temporaries::chain,
      () -> t(1).add(t(1)).sum().item(),
      () -> where(t(1).gt(t(0)), t(2), t(3)).sum().item(),
      () -> t(1).lerp(t(3), t(0.5)).sum().item(),
      () -> t(1).add_(t(1)).sum().item(),
      () -> cat(many()).mean().mul(8).item(),
      () -> stack(many()).mean().mul(8).item(),
      () -> t(2).get(Index.slice(0, N)).sum().item(),
      () -> t(1).set(t(2), Index.all()).sum().item(),
      () -> t(2).split(2).get(1).sum().mul(2).item(),
      () -> t(2).toDoubleArray()[3] * 4,
      () -> t(8).max(0).values().item(),
      () -> {
        Tensor x = leaf();
        x.mul(t(2)).backward(BackwardOptions.defaults().gradient(t(1)));
        return x.grad().sum().item();
      },
      () -> {
        Tensor x = leaf();
        return Autograd.grad(x.square().sum(), x).sum().item();
      });

  /** Tensors that nobody else refers to. Having been read to the end, it has unreachable tensors freed, as if by chance. */
  private static final class Careless extends AbstractList<Tensor> {
    private final Tensor[] tensors;

    Careless(Tensor... tensors) {
      this.tensors = tensors;
    }

    @Override
    public Tensor get(int index) {
      return tensors[index];
    }

    @Override
    public int size() {
      return tensors.length;
    }

    @Override
    public Iterator<Tensor> iterator() {
      return new Once(tensors);
    }
  }

  /** Does not refer to the list. */
  private static final class Once implements Iterator<Tensor> {
    private Tensor[] left;
    private int next;

    Once(Tensor[] tensors) {
      left = tensors;
    }

    @Override
    public boolean hasNext() {
      if (next < left.length) return true;
      left = new Tensor[0];
      Usage.settled();
      return false;
    }

    @Override
    public Tensor next() {
      return left[next++];
    }
  }

  private static void lists() {
    expect(8, cat(new Careless(t(1), t(1)), 0).sum().item());
    expect(8, stack(new Careless(t(1), t(1)), 0).sum().item());
    expect(8, gradOfLists().sum().item());
  }

  private static Tensor gradOfLists() {
    Tensor x = leaf();
    List<Tensor> outputs = new Careless(x.square().sum());
    return Autograd.grad(outputs, new Careless(x), GradOptions.defaults()).get(0);
  }

  public static void main(String[] args) throws Exception {
    lists();
    Thread.setDefaultUncaughtExceptionHandler((thread, e) -> {
      e.printStackTrace();
      Runtime.getRuntime().halt(1);
    });
    long end = System.nanoTime() + Long.parseLong(args[0]) * 1_000_000_000;
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) threads.add(new Thread(() -> checkUntil(end)));
    threads.add(new Thread(() -> {
      while (System.nanoTime() < end) {
        System.gc();
        LockSupport.parkNanos(2_000_000); // somebody has to make garbage
      }
    }));
    for (Thread thread : threads) thread.start();
    for (Thread thread : threads) thread.join();
    System.out.println(DONE + " calls, " + Usage.collections() + " collections");
  }

  private static void checkUntil(long end) {
    int calls = 0;
    for (; System.nanoTime() < end; calls++) {
      int number = calls % 64 < CALLS.size() ? calls % 64 : 0; // mostly short ones
      expect(8, CALLS.get(number).getAsDouble());
    }
    DONE.addAndGet(calls);
  }

  private static void expect(double expected, double value) {
    if (value != expected) throw new AssertionError(value);
  }
}
