package io.retrograd.misuse;

import static io.retrograd.DType.BOOL;
import static io.retrograd.DType.INT64;
import static io.retrograd.Retrograd.ones;
import static io.retrograd.Retrograd.options;
import static io.retrograd.Retrograd.where;
import static io.retrograd.Retrograd.zeros;

import io.retrograd.Device;
import io.retrograd.Index;
import io.retrograd.Retrograd;
import io.retrograd.RetrogradException;
import io.retrograd.Scope;
import io.retrograd.Tensor;
import io.retrograd.nn.F;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One thread writes the mask, the index or the target of the operations that another one runs. Argument: milliseconds
 * for each operation.
 */
public final class Races {
  private static final boolean ON_CPU = Retrograd.getDefaultDevice().equals(Device.CPU);
  private static final int N = ON_CPU ? 1 << 14 : 1 << 10;
  private static final int M = ON_CPU ? 1 << 18 : 1 << 12; // truths
  private static final long FAR = 1L << 40;
  private static final Tensor MASK = zeros(BOOL, M);
  private static final Tensor INDEX = zeros(INT64, N);
  private static final Tensor X = ones(N);
  private static final Tensor LONG = ones(M);
  private static final Tensor LONG_LEAF = ones(M / 4, 4).requiresGrad_(true);
  private static final Tensor TABLE = X.view(N / 4, 4);
  private static final Tensor LEAF = ones(N / 4, 4).requiresGrad_(true);
  private static final Tensor ROWS = ones(N, 4);
  private static final Tensor COLUMNS = INDEX.view(N / 4, 4);

  private Races() {}

  public static void main(String[] args) throws Exception {
    Thread.setDefaultUncaughtExceptionHandler((thread, e) -> {
      e.printStackTrace();
      Runtime.getRuntime().halt(1);
    });
    long millis = Long.parseLong(args[0]);
    long done = 0;
    done += race(millis, masked(), MASK, 1, 0);
    done += race(millis, indexed(), INDEX, 3, FAR, 0, -FAR, 1, 2);
    done += race(millis, targeted(), INDEX, 3, FAR, 0, -FAR, -100);
    done += race(millis, divided(), INDEX, 1, 0, -1);
    done += race(millis, measured(), INDEX, 1, FAR, 0, -FAR, 2);
    System.out.println(done + " done");
  }

  private static Map<String, Runnable> masked() {
    Tensor table = MASK.view(M / 4, 4);
    Map<String, Runnable> all = new LinkedHashMap<>();
    all.put("nonzero", () -> check(MASK.nonzero(), M));
    all.put("nonzero of a transposed view", () -> check(table.T().nonzero(), M));
    all.put("maskedSelect", () -> LONG.maskedSelect(MASK));
    all.put("get", () -> LONG.get(MASK));
    all.put("get of a table", () -> LONG.view(M / 4, 4).get(table));
    all.put("set a number", () -> LONG.set(2, MASK));
    all.put("set a tensor", () -> LONG.set(LONG.maskedSelect(MASK), MASK));
    all.put("set rows", () -> LONG.view(M / 4, 4).set(ones(4), table.select(1, 0)));
    all.put("maskedFill", () -> LONG.maskedFill(MASK, 1));
    all.put("maskedFill_", () -> LONG.maskedFill_(MASK, 1));
    all.put("where", () -> where(MASK, LONG, LONG));
    all.put("toBooleanArray", () -> MASK.toBooleanArray());
    all.put("toString", () -> MASK.toString());
    all.put(
        "gradient of maskedSelect", () -> LONG_LEAF.maskedSelect(table).sum().backward());
    all.put("gradient of get", () -> LONG_LEAF.get(table).sum().backward());
    all.put("gradient of set", () -> {
      Tensor y = LONG_LEAF.mul(1);
      y.set(LONG_LEAF.sum(), table);
      y.sum().backward();
    });
    all.put("gradient of maskedFill", () -> LONG_LEAF.maskedFill(table, 0).sum().backward());
    return all;
  }

  private static Map<String, Runnable> measured() {
    Tensor z = zeros(2, N, 3), labels = ones(options(INT64), N, 2), times = labels.sum(1);
    return Map.of("ctcLoss", () -> F.ctcLoss(z, labels, times, INDEX));
  }

  private static Map<String, Runnable> indexed() {
    Map<String, Runnable> all = new LinkedHashMap<>();
    all.put("indexSelect", () -> TABLE.indexSelect(0, INDEX));
    all.put("indexAdd", () -> TABLE.indexAdd(0, INDEX, ROWS));
    all.put("gather", () -> TABLE.gather(0, COLUMNS));
    all.put("scatter", () -> TABLE.scatter(1, COLUMNS, TABLE));
    all.put("scatter of one dimension", () -> X.scatter(0, INDEX, X));
    all.put("scatterAdd", () -> TABLE.scatterAdd(0, COLUMNS, TABLE));
    all.put("get", () -> TABLE.get(INDEX));
    all.put("get by two", () -> TABLE.get(INDEX, INDEX));
    all.put("get of distant dimensions", () -> X.view(N / 16, 4, 4).get(INDEX, Index.all(), INDEX));
    all.put("set", () -> TABLE.set(ROWS, INDEX));
    all.put("set by two", () -> TABLE.set(X, INDEX, INDEX));
    all.put("oneHot", () -> F.oneHot(INDEX.narrow(0, 0, 16), 4));
    all.put("nonzero", () -> check(INDEX.nonzero(), N));
    all.put("toLongArray", () -> INDEX.toLongArray());
    all.put("toString", () -> INDEX.toString());
    all.put("gradient of gather", () -> LEAF.gather(0, COLUMNS).sum().backward());
    all.put("gradient of scatter", () -> LEAF.scatter(1, COLUMNS, LEAF).sum().backward());
    all.put(
        "gradient of scatterAdd", () -> LEAF.scatterAdd(0, COLUMNS, LEAF).sum().backward());
    all.put("gradient of indexSelect", () -> LEAF.indexSelect(0, INDEX).sum().backward());
    all.put("gradient of indexAdd", () -> LEAF.indexAdd(0, INDEX, ROWS).sum().backward());
    all.put("gradient of get", () -> LEAF.get(INDEX).sum().backward());
    return all;
  }

  private static Map<String, Runnable> targeted() {
    Tensor input = ones(N, 4);
    Tensor leaf = ones(N, 4).requiresGrad_(true);
    Map<String, Runnable> all = new LinkedHashMap<>();
    all.put("crossEntropy", () -> F.crossEntropy(input, INDEX));
    all.put("nllLoss", () -> F.nllLoss(input, INDEX));
    all.put("gradient of crossEntropy", () -> F.crossEntropy(leaf, INDEX).backward());
    all.put("gradient of nllLoss", () -> F.nllLoss(leaf, INDEX).backward());
    return all;
  }

  private static Map<String, Runnable> divided() {
    Tensor lowest = zeros(INT64, N).fill_(Long.MIN_VALUE);
    Map<String, Runnable> all = new LinkedHashMap<>();
    all.put("floorDivide", () -> lowest.floorDivide(INDEX));
    all.put("remainder", () -> lowest.remainder(INDEX));
    all.put("fmod", () -> lowest.fmod(INDEX));
    return all;
  }

  /** Runs each operation while `operand` is filled with one value after the other; returns how many runs succeeded. */
  private static long race(
      long millis, Map<String, Runnable> operations, Tensor operand, long... values)
      throws InterruptedException {
    operand.fill_(values[0]);
    for (Runnable operation : operations.values()) Scope.run(operation); // none is refused anyway
    AtomicBoolean stops = new AtomicBoolean();
    Thread writer = new Thread(() -> {
      for (int i = 0; !stops.get(); i++) {
        try {
          operand.fill_(values[i % values.length]);
          if (i % (16 * values.length) == 0)
            Thread.sleep(1); // so that some runs come to their end: values[0] fits
        } catch (RetrogradException e) { // on a GPU: of the other's index
        } catch (InterruptedException e) {
          return;
        }
      }
    });
    writer.start();
    long done = 0;
    for (Map.Entry<String, Runnable> operation : operations.entrySet()) {
      System.out.println(operation.getKey()); // the last one is to blame
      long start = System.nanoTime();
      while (System.nanoTime() - start < millis * 1_000_000) {
        try (Scope scope = Scope.open()) {
          operation.getValue().run();
          for (int i = 0; i < Device.cudaCount(); i++) Device.cuda(i).synchronize();
          done++;
        } catch (RetrogradException
            | IllegalArgumentException e) { // what a wrong index, or its version, deserves
        }
      }
    }
    stops.set(true);
    writer.join();
    return done;
  }

  private static void check(Tensor indices, long size) {
    for (long index : indices.view(-1).toLongArray()) {
      if (index < 0 || index >= size) throw new AssertionError("an index of " + index);
    }
  }
}
