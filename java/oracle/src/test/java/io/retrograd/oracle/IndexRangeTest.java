package io.retrograd.oracle;

import static io.retrograd.DType.FLOAT32;
import static io.retrograd.DType.INT64;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.retrograd.DType;
import io.retrograd.IndexException;
import io.retrograd.Scope;
import io.retrograd.Tensor;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Which indices the operations on index tensors take is libtorch's choice: none that count from the end. */
class IndexRangeTest {
  private interface Ours {
    Tensor apply(Tensor x, Tensor index, Tensor source);
  }

  private interface Theirs {
    org.bytedeco.pytorch.Tensor apply(
        org.bytedeco.pytorch.Tensor x,
        org.bytedeco.pytorch.Tensor index,
        org.bytedeco.pytorch.Tensor source);
  }

  private record Op(Ours ours, Theirs theirs) {}

  private static final Map<String, Op> OPS = Map.of(
      "indexSelect",
          new Op((x, i, s) -> x.indexSelect(0, i), (x, i, s) -> torch.index_select(x, 0, i)),
      "indexAdd",
          new Op((x, i, s) -> x.indexAdd(0, i, s), (x, i, s) -> torch.index_add(x, 0, i, s)),
      "gather", new Op((x, i, s) -> x.gather(0, i), (x, i, s) -> torch.gather(x, 0, i)),
      "scatter", new Op((x, i, s) -> x.scatter(0, i, s), (x, i, s) -> torch.scatter(x, 0, i, s)),
      "scatterAdd",
          new Op((x, i, s) -> x.scatterAdd(0, i, s), (x, i, s) -> torch.scatter_add(x, 0, i, s)),
      "get", new Op((x, i, s) -> x.get(i), (x, i, s) -> torch.index(x, IndexRows.list(i))),
      "set",
          new Op(
              (x, i, s) -> x.clone().set(s, i),
              (x, i, s) -> x.clone().index_put_(IndexRows.list(i), s)));

  @TestFactory
  Stream<DynamicTest> ranges() {
    return OPS.entrySet().stream()
        .map(e -> dynamicTest(e.getKey(), () -> Scope.run(() -> check(e.getKey(), e.getValue()))));
  }

  private static void check(String name, Op op) {
    for (long size :
        new long[] {1, 3, 200}) // as few and as many elements as kernels sort or take alone
    for (long length : new long[] {1, 300})
        for (boolean rows : new boolean[] {false, true})
          for (long wrong :
              new long[] {0, size - 1, -1, -size, -size - 1, size, Long.MIN_VALUE, Long.MAX_VALUE})
            ask(name, op, size, length, rows, wrong);
  }

  /** An index of `length` places of which the last one is `wrong`; `rows`: into a matrix. */
  private static void ask(String name, Op op, long size, long length, boolean rows, long wrong) {
    boolean wide = rows && !(name.startsWith("index") || name.equals("get") || name.equals("set"));
    long[] at =
        LongStream.range(0, length).map(i -> i == length - 1 ? wrong : i % size).toArray();
    Nd x = Nd.random(FLOAT32, rows ? new long[] {size, 1} : new long[] {size}, Seed.random(1));
    Nd source =
        Nd.random(FLOAT32, rows ? new long[] {length, 1} : new long[] {length}, Seed.random(2));
    String what = name + " of " + x.kind() + " at " + length + " places, the last " + wrong;
    Nd expected = null;
    try (PointerScope scope = new PointerScope()) {
      var index = torch.empty(
          new long[] {length},
          new org.bytedeco.pytorch.TensorOptions(Torch.type(INT64)),
          new org.bytedeco.pytorch.MemoryFormatOptional());
      index.data_ptr_long().put(at);
      if (wide) index = index.view(length, 1);
      boolean unordered = name.equals("scatter")
          || name.equals("set"); // of places named twice either value may stay
      var values = Torch.LIB.make(source);
      if (unordered) values = torch.full_like(values, Torch.s(1.0));
      expected = Torch.LIB.read(op.theirs.apply(Torch.LIB.make(x), index, values));
    } catch (RuntimeException e) {
      // refused
    }
    Tensor index = io.retrograd.Retrograd.fromArray(at), values = Retro.LIB.make(source);
    if (wide) index = index.reshape(length, 1);
    if (name.equals("scatter") || name.equals("set"))
      values = io.retrograd.Retrograd.onesLike(values);
    for (DType dtype : new DType[] {INT64, DType.INT32}) {
      if (dtype == DType.INT32 && (int) wrong != wrong) continue;
      Tensor i = index.to(dtype), v = values, t = Retro.LIB.make(x);
      if (expected == null) {
        // A GPU tells when it is waited for.
        assertThrows(IndexException.class, () -> op.ours.apply(t, i, v).toDoubleArray(), what);
      } else {
        Nd actual = Retro.LIB.read(op.ours.apply(t, i, v));
        assertEquals(expected.kind(), actual.kind(), what);
        assertArrayEquals(expected.data(), actual.data(), 1e-4, what);
      }
    }
  }
}
