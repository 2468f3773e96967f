package io.retrograd.oracle;

import static io.retrograd.oracle.In.fromEnd;
import static io.retrograd.oracle.In.in;
import static io.retrograd.oracle.In.index;
import static io.retrograd.oracle.In.mask;
import static io.retrograd.oracle.In.permutation;
import static io.retrograd.oracle.Operand.X;
import static io.retrograd.oracle.Operand.Y;
import static io.retrograd.oracle.Operand.Z;
import static io.retrograd.oracle.Row.call;
import static io.retrograd.oracle.Row.write;
import static io.retrograd.oracle.Tolerance.ACCUMULATED;
import static io.retrograd.oracle.Torch.s;

import io.retrograd.Index;
import java.util.List;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorOptionalList;
import org.bytedeco.pytorch.global.torch;

/** Gathering and scattering by tensors of indices and masks. */
final class IndexRows {
  private static final String PART =
      "libtorch cannot differentiate an index smaller than the source; gradcheck decides";

  private IndexRows() {}

  static List<Row> rows() {
    return List.of(
        call("indexSelect", 0, Y)
            .on(in(3, 4), index(3, 5))
            .on(in(3), index(3, 2))
            .on(in(3, 2), index(3, 0))
            .on(in(), index(1, 1))
            .on(in(3), index(3))
            .within(ACCUMULATED)
            .refuses(in(), index(1, 3))
            .sized(in(33, 31), index(33, 1025))
            .refuses(in(2, 2), index(9, 2, 2))
            .refuses(in(3, 4), in(2))
            .refuses(in(3, 4), fromEnd(3, 2)),
        call("indexSelect(1)", -1, Y).on(in(2, 3, 4), index(4, 5)).within(ACCUMULATED),
        call("indexAdd", 0, Y, Z)
            .on(in(3, 4), index(3, 5), in(5, 4))
            .on(in(3), index(3, 2), in(2))
            .on(in(), index(1, 1), in())
            .on(in(3), index(3), in(1))
            .within(ACCUMULATED)
            .refuses(in(), index(1, 1), in(1))
            .refuses(in(3, 4), index(3, 5), in(4, 4))
            .refuses(in(3, 4), index(3, 2), in(2, 3))
            .refuses(in(3, 4), fromEnd(3, 2), in(2, 4)),
        call("gather", 1, Y)
            .on(in(3, 4), index(4, 3, 5))
            .on(in(3, 4), index(4, 2, 2))
            .within(ACCUMULATED)
            .sized(in(33, 31), index(31, 33, 65))
            .refuses(in(3, 4), index(4, 3))
            .refuses(in(3, 4), index(4, 5, 2))
            .refuses(in(2, 2), in(2, 2))
            .refuses(in(3, 4), fromEnd(4, 3, 2)),
        call("gather(0-d)", 0, Y)
            .on(in(), index(1))
            .on(in(), index(1, 1))
            .on(in(), index(1, 3))
            .on(in(3), index(3))
            .within(ACCUMULATED)
            .refuses(in(), index(1, 1, 1))
            .refuses(in(3, 1), index(1)),
        call("scatter", 0, Y, Z)
            .on(in(5), permutation(5), in(5))
            .on(in(4), permutation(3), in(3))
            .refuses(in(4), index(4, 3), in(2))
            .refuses(in(3), index(3, 2, 2), in(2, 2))
            .refuses(in(4), fromEnd(4, 3), in(3)),
        call("scatter(0-d)", 0, Y, Z)
            .on(in(), index(1), in())
            .on(in(), index(1, 1), in(1))
            .on(in(3), index(3), in()),
        call("scatter(part of the source)", 0, Y, Z)
            .on(in(4), permutation(2), in(3))
            .skip(Aspect.GRADIENTS, PART)
            .skip(Aspect.SECOND_GRADIENTS, PART),
        call("scatterAdd(part of the source)", 0, Y, Z)
            .on(in(3, 4), index(3, 2, 2), in(3, 3))
            .within(ACCUMULATED)
            .skip(Aspect.GRADIENTS, PART)
            .skip(Aspect.SECOND_GRADIENTS, PART),
        call("scatterAdd", 0, Y, Z)
            .on(in(3, 4), index(3, 5, 4), in(5, 4))
            .within(ACCUMULATED)
            .sized(in(33, 31), index(33, 65, 31), in(65, 31))
            .refuses(in(4), index(4, 3), in(2))
            .refuses(in(4), fromEnd(4, 3), in(3)),
        call("scatterAdd(0-d)", 0, Y, Z)
            .on(in(), index(1), in())
            .on(in(), index(1, 3), in(3))
            .on(in(3), index(3), in())
            .within(ACCUMULATED),
        call("nonzero")
            .on(In.repeated(3, 4))
            .on(mask(3, 4))
            .on(in(0))
            .sized(In.repeated(33, 31))
            .sized(In.repeated(1025)),
        call("maskedSelect", Y)
            .on(in(3, 4), mask(3, 4))
            .on(in(3, 4), mask(4))
            .on(in(4), mask(3, 4))
            .refuses(in(3), mask(4))
            .sized(in(33, 31), mask(33, 31))
            .sized(in(1025), mask(1025))
            .refuses(in(3), in(3))
            .node("IndexBackward0", "indexing by the mask"),
        call("get(mask)", Y)
            .theirs((x, m) -> torch.index(x, list(m)))
            .on(in(3, 4), mask(3, 4))
            .on(in(3, 4), mask(3)),
        call("get(indices)", Y)
            .theirs((x, i) -> torch.index(x, list(i)))
            .on(in(3, 4), index(3, 5))
            .on(in(3, 4), index(3, 2, 2))
            .within(ACCUMULATED),
        call("get(all, indices)", Index.all(), Y)
            .theirs((x, i) -> torch.index(x, list(null, i)))
            .on(in(3, 4), index(4, 5))
            .on(in(2, 3, 2), index(3, 2))
            .within(ACCUMULATED),
        call("get(two indices)", Y, Z)
            .theirs((x, i, j) -> torch.index(x, list(i, j)))
            .on(in(3, 4), index(3, 5), index(4, 5))
            .on(in(3, 4, 2), index(3, 2, 1), index(4, 3))
            .within(ACCUMULATED)
            .says("index"),
        call("get(indices apart)", Y, Index.all(), Z)
            .theirs((x, i, j) -> torch.index(x, list(i, null, j)))
            .on(in(3, 2, 4), index(3, 5), index(4, 5))
            .within(ACCUMULATED),
        write("set(mask)", Z, Y)
            .theirs((x, m, v) -> x.index_put_(list(m), v))
            .on(in(3, 4), mask(3, 4), in())
            .on(in(3, 4), mask(3), in(4)),
        write("set(indices)", Z, Y)
            .theirs((x, i, v) -> x.index_put_(list(i), v))
            .on(in(4, 3), permutation(4), in(3))
            .on(in(4), permutation(3), in(3)),
        write("set(slice)", Y, Index.all(), Index.slice(1, 3))
            .theirs((x, v) -> {
              torch.slice(x, 1, new LongOptional(1), new LongOptional(3), 1).copy_(v);
              return x;
            })
            .on(in(3, 4), in(3, 2))
            .on(in(3, 4), in(2))
            .on(in(3, 4), in()),
        write("set(ones in front)", Z, Y)
            .theirs((x, m, v) -> x.index_put_(list(m), v.view(4)))
            .on(in(3, 4), mask(3), in(1, 1, 4))
            .unsized("libtorch's form says the size"),
        write("set(tensor, long)", Y, 1, -1)
            .theirs((x, v) -> {
              torch.select(torch.select(x, 0, 1), 0, -1).copy_(v);
              return x;
            })
            .on(in(3, 4), in())
            .on(in(3, 4, 2), in(2)),
        last("set(double, at)", 1.5, Index.at(1), Index.at(-1)),
        last("set(long, at)", 2L, Index.at(1), Index.at(-1)),
        last("set(double, long)", 1.5, 1, -1),
        last("set(long, long)", 2L, 1, -1),
        call("F.oneHot", X, 5).on(index(5, 3)).on(index(5, 2, 2)).on(index(5)).refuses(in(3)),
        call("F.oneHot(-1)", X).on(permutation(4)));
  }

  /** The last element of the second row. */
  private static Row last(String name, Number number, Object... indices) {
    return write(name, number, indices[0], indices[1])
        .theirs(t -> {
          torch.select(torch.select(t, 0, 1), 0, -1).fill_(s(number));
          return t;
        })
        .on(in(3, 4))
        .on(in(3, 4, 2));
  }

  static TensorOptionalList list(org.bytedeco.pytorch.Tensor... indices) {
    TensorOptionalList list = new TensorOptionalList();
    for (var i : indices) list.push_back(i == null ? new TensorOptional() : new TensorOptional(i));
    return list;
  }
}
