package io.retrograd.oracle;

import static io.retrograd.oracle.In.fromEnd;
import static io.retrograd.oracle.In.in;
import static io.retrograd.oracle.In.index;
import static io.retrograd.oracle.In.mask;
import static io.retrograd.oracle.In.permutation;
import static io.retrograd.oracle.Row.op;
import static io.retrograd.oracle.Tolerance.ACCUMULATED;

import io.retrograd.Index;
import io.retrograd.Tensor;
import io.retrograd.nn.F;
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
        op("indexSelect", (Tensor x, Tensor i) -> x.indexSelect(0, i), (x, i) -> torch.index_select(x, 0, i))
            .on(in(3, 4), index(3, 5)).on(in(3), index(3, 2)).on(in(3, 2), index(3, 0)).on(in(), index(1, 1))
            .on(in(3), index(3)).within(ACCUMULATED).refuses(in(), index(1, 3))
            .sized(in(33, 31), index(33, 1025))
            .refuses(in(2, 2), index(9, 2, 2)).refuses(in(3, 4), in(2)).refuses(in(3, 4), fromEnd(3, 2)),
        op("indexSelect(1)", (Tensor x, Tensor i) -> x.indexSelect(-1, i), (x, i) -> torch.index_select(x, -1, i))
            .on(in(2, 3, 4), index(4, 5)).within(ACCUMULATED),
        op("indexAdd", (Tensor x, Tensor i, Tensor s) -> x.indexAdd(0, i, s), (x, i, s) -> torch.index_add(x, 0, i, s))
            .on(in(3, 4), index(3, 5), in(5, 4)).on(in(3), index(3, 2), in(2)).on(in(), index(1, 1), in())
            .on(in(3), index(3), in(1)).within(ACCUMULATED).refuses(in(), index(1, 1), in(1))
            .refuses(in(3, 4), index(3, 5), in(4, 4)).refuses(in(3, 4), index(3, 2), in(2, 3))
            .refuses(in(3, 4), fromEnd(3, 2), in(2, 4)),
        op("gather", (Tensor x, Tensor i) -> x.gather(1, i), (x, i) -> torch.gather(x, 1, i))
            .on(in(3, 4), index(4, 3, 5)).on(in(3, 4), index(4, 2, 2)).within(ACCUMULATED)
            .sized(in(33, 31), index(31, 33, 65))
            .refuses(in(3, 4), index(4, 3)).refuses(in(3, 4), index(4, 5, 2)).refuses(in(2, 2), in(2, 2))
            .refuses(in(3, 4), fromEnd(4, 3, 2)),
        op("gather(0-d)", (Tensor x, Tensor i) -> x.gather(0, i), (x, i) -> torch.gather(x, 0, i))
            .on(in(), index(1)).on(in(), index(1, 1)).on(in(), index(1, 3)).on(in(3), index(3)).within(ACCUMULATED)
            .refuses(in(), index(1, 1, 1)).refuses(in(3, 1), index(1)),
        op("scatter", (Tensor x, Tensor i, Tensor s) -> x.scatter(0, i, s), (x, i, s) -> torch.scatter(x, 0, i, s))
            .on(in(5), permutation(5), in(5)).on(in(4), permutation(3), in(3))
            .refuses(in(4), index(4, 3), in(2)).refuses(in(3), index(3, 2, 2), in(2, 2))
            .refuses(in(4), fromEnd(4, 3), in(3)),
        op("scatter(0-d)", (Tensor x, Tensor i, Tensor s) -> x.scatter(0, i, s),
                (x, i, s) -> torch.scatter(x, 0, i, s)).on(in(), index(1), in()).on(in(), index(1, 1), in(1))
            .on(in(3), index(3), in()),
        op("scatter(part of the source)", (Tensor x, Tensor i, Tensor s) -> x.scatter(0, i, s),
                (x, i, s) -> torch.scatter(x, 0, i, s)).on(in(4), permutation(2), in(3))
            .skip(Aspect.GRADIENTS, PART).skip(Aspect.SECOND_GRADIENTS, PART),
        op("scatterAdd(part of the source)", (Tensor x, Tensor i, Tensor s) -> x.scatterAdd(0, i, s),
                (x, i, s) -> torch.scatter_add(x, 0, i, s)).on(in(3, 4), index(3, 2, 2), in(3, 3))
            .within(ACCUMULATED).skip(Aspect.GRADIENTS, PART).skip(Aspect.SECOND_GRADIENTS, PART),
        op("scatterAdd", (Tensor x, Tensor i, Tensor s) -> x.scatterAdd(0, i, s), (x, i, s) -> torch.scatter_add(x,
            0, i, s))
            .on(in(3, 4), index(3, 5, 4), in(5, 4)).within(ACCUMULATED).sized(in(33, 31), index(33, 65, 31), in(65, 31))
            .refuses(in(4), index(4, 3), in(2)).refuses(in(4), fromEnd(4, 3), in(3)),
        op("scatterAdd(0-d)", (Tensor x, Tensor i, Tensor s) -> x.scatterAdd(0, i, s),
                (x, i, s) -> torch.scatter_add(x, 0, i, s)).on(in(), index(1), in()).on(in(), index(1, 3), in(3))
            .on(in(3), index(3), in()).within(ACCUMULATED),
        op("nonzero", (Tensor x) -> x.nonzero(), t -> torch.nonzero(t)).on(In.repeated(3, 4)).on(mask(3, 4)).on(in(0))
            .sized(In.repeated(33, 31)).sized(In.repeated(1025)),
        op("maskedSelect", (Tensor x, Tensor m) -> x.maskedSelect(m), (x, m) -> torch.masked_select(x, m))
            .on(in(3, 4), mask(3, 4)).on(in(3, 4), mask(4)).on(in(4), mask(3, 4)).refuses(in(3), mask(4))
            .sized(in(33, 31), mask(33, 31)).sized(in(1025), mask(1025))
            .refuses(in(3), in(3))
            .node("IndexBackward0", "indexing by the mask"),
        op("get(mask)", (Tensor x, Tensor m) -> x.get(m), (x, m) -> torch.index(x, list(m)))
            .on(in(3, 4), mask(3, 4)).on(in(3, 4), mask(3)),
        op("get(indices)", (Tensor x, Tensor i) -> x.get(i), (x, i) -> torch.index(x, list(i)))
            .on(in(3, 4), index(3, 5)).on(in(3, 4), index(3, 2, 2)).within(ACCUMULATED),
        op("get(all, indices)", (Tensor x, Tensor i) -> x.get(Index.all(), i), (x, i) -> torch.index(x, list(null, i)))
            .on(in(3, 4), index(4, 5)).on(in(2, 3, 2), index(3, 2)).within(ACCUMULATED),
        op("get(two indices)", (Tensor x, Tensor i, Tensor j) -> x.get(i, j), (x, i, j) -> torch.index(x, list(i, j)))
            .on(in(3, 4), index(3, 5), index(4, 5)).on(in(3, 4, 2), index(3, 2, 1), index(4, 3)).within(ACCUMULATED)
            .says("index"),
        op("get(indices apart)", (Tensor x, Tensor i, Tensor j) -> x.get(i, Index.all(), j),
                (x, i, j) -> torch.index(x, list(i, null, j))).on(in(3, 2, 4), index(3, 5), index(4, 5))
                .within(ACCUMULATED),
        op("set(mask)", (Tensor x, Tensor m, Tensor v) -> x.clone().set(v, m),
                (x, m, v) -> x.clone().index_put_(list(m), v)).on(in(3, 4), mask(3, 4), in())
                .on(in(3, 4), mask(3), in(4))
            .inPlace((x, m, v) -> x.set(v, m), (x, m, v) -> x.index_put_(list(m), v)),
        op("set(indices)", (Tensor x, Tensor i, Tensor v) -> x.clone().set(v, i),
                (x, i, v) -> x.clone().index_put_(list(i), v)).on(in(4, 3), permutation(4), in(3))
                .on(in(4), permutation(3), in(3))
            .inPlace((x, i, v) -> x.set(v, i), (x, i, v) -> x.index_put_(list(i), v)),
        op("set(slice)", (Tensor x, Tensor v) -> x.clone().set(v, Index.all(), Index.slice(1, 3)),
                (x, v) -> {
                  var y = x.clone();
                  torch.slice(y, 1, new LongOptional(1), new LongOptional(3), 1).copy_(v);
                  return y;
                })
            .on(in(3, 4), in(3, 2)).on(in(3, 4), in(2)).on(in(3, 4), in()),
        op("set(ones in front)", (Tensor x, Tensor m, Tensor v) -> x.clone().set(v, m),
                (x, m, v) -> x.clone().index_put_(list(m), v.view(4))).on(in(3, 4), mask(3), in(1, 1, 4))
            .unsized("libtorch's form says the size"),
        op("F.oneHot", (Tensor i) -> F.oneHot(i, 5), i -> torch.one_hot(i, 5)).on(index(5, 3)).on(index(5, 2, 2))
            .on(index(5))
            .refuses(in(3)),
        op("F.oneHot(-1)", (Tensor i) -> F.oneHot(i), i -> torch.one_hot(i)).on(permutation(4)));
  }

  static TensorOptionalList list(org.bytedeco.pytorch.Tensor... indices) {
    TensorOptionalList list = new TensorOptionalList();
    for (var i : indices) list.push_back(i == null ? new TensorOptional() : new TensorOptional(i));
    return list;
  }
}
