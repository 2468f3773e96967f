package io.retrograd.oracle;

import static io.retrograd.oracle.In.in;
import static io.retrograd.oracle.Nd.dims;
import static io.retrograd.oracle.Row.op;

import io.retrograd.DType;
import io.retrograd.Device;
import io.retrograd.Index;
import io.retrograd.Retrograd;
import io.retrograd.Tensor;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.global.torch;

/** Views, copies of other shapes, and writes of whole tensors. No arithmetic: every value is exact. */
final class ViewRows {
  private static final String STRIDED =
      "the offset counts from the tensor's first element; only dense tensors are recorded";

  private ViewRows() {}

  static List<Row> rows() {
    List<Row> rows = new ArrayList<>(views());
    rows.addAll(copies());
    boolean onCuda = Retrograd.getDefaultDevice().isCuda();
    rows.add(moved("cpu", Tensor::cpu, onCuda));
    if (Device.cudaCount() > 0) rows.add(moved("cuda", Tensor::cuda, !onCuda));
    return rows;
  }

  private static Row moved(String name, Row.F1<Tensor> ours, boolean elsewhere) {
    return op(name, ours, t -> elsewhere ? t.clone() : t.cpu()).on(in(3, 4)).moves()
        .node("ToCopyBackward0", "the copy is to another device, which libtorch here has not");
  }

  private static List<Row> views() {
    return List.of(
        op("view", (Tensor x) -> x.view(2, 6), t -> t.view(2, 6)).on(in(3, 4)).on(in(12)).refuses(in(5)),
        op("view(-1)", (Tensor x) -> x.view(-1, 2), t -> t.view(-1, 2)).on(in(3, 4)).on(in(0, 3)).refuses(in(3)),
        op("view()", (Tensor x) -> x.view(), t -> t.view(dims())).on(in(1, 1)).on(in()),
        op("viewAs", (Tensor x, Tensor y) -> x.viewAs(y), (x, y) -> x.view_as(y)).on(in(3, 4), in(2, 6)).says("view"),
        op("reshape", (Tensor x) -> x.reshape(2, 6), t -> torch.reshape(t, 2, 6)).on(in(3, 4)).on(in(4, 3))
            .refuses(in(5)),
        op("reshape(-1)", (Tensor x) -> x.reshape(-1), t -> torch.reshape(t, -1)).on(in(3, 4)).on(in()).on(in(0, 2)),
        op("reshapeAs", (Tensor x, Tensor y) -> x.reshapeAs(y), (x, y) -> x.reshape_as(y)).on(in(3, 4), in(2, 6))
            .says("reshape"),
        op("flatten", (Tensor x) -> x.flatten(), t -> torch.flatten(t)).on(in(3, 4)).on(in()).on(in(2, 3, 2)),
        op("flatten(start)", (Tensor x) -> x.flatten(1), t -> torch.flatten(t, 1, -1)).on(in(2, 3, 2)).on(in(2, 3))
            .refuses(in(2)),
        op("flatten(start, end)", (Tensor x) -> x.flatten(0, 1), t -> torch.flatten(t, 0, 1)).on(in(2, 3, 2)),
        op("squeeze()", (Tensor x) -> x.squeeze(), t -> torch.squeeze(t)).on(in(1, 3, 1)).on(in(2)).on(in()),
        op("squeeze(dim)", (Tensor x) -> x.squeeze(0), t -> torch.squeeze(t, 0)).on(in(1, 3)).on(in(2, 3)).on(in()),
        op("squeeze(none)", (Tensor x) -> x.squeeze(new long[0]), t -> torch.squeeze(t, new long[0]))
            .on(in(1, 3, 1)).on(in(2)).on(in()),
        op("squeeze(dims)", (Tensor x) -> x.squeeze(0, -1), t -> torch.squeeze(t, 0, -1)).on(in(1, 3, 1))
            .on(in(2, 3, 1)),
        op("unsqueeze", (Tensor x) -> x.unsqueeze(1), t -> torch.unsqueeze(t, 1)).on(in(2, 3)).on(in(2)).refuses(in()),
        op("unsqueeze(-1)", (Tensor x) -> x.unsqueeze(-1), t -> torch.unsqueeze(t, -1)).on(in(2, 3)).on(in()),
        op("permute", (Tensor x) -> x.permute(2, 0, 1), t -> t.permute(2, 0, 1)).on(in(2, 3, 4)).refuses(in(2, 3)),
        op("transpose", (Tensor x) -> x.transpose(0, -1), t -> torch.transpose(t, 0, -1)).on(in(2, 3, 4))
            .on(in(3)).on(in()),
        op("t", (Tensor x) -> x.t(), t -> torch.t(t)).on(in(2, 3)).on(in(3)).on(in()).refuses(in(2, 3, 4)),
        op("T", (Tensor x) -> x.T(), t -> t.numpy_T()).on(in(2, 3)),
        op("movedim", (Tensor x) -> x.movedim(0, 2), t -> torch.movedim(t, 0, 2)).on(in(2, 3, 4)).refuses(in(2, 3)),
        op("expand", (Tensor x) -> x.expand(2, 3, 4), t -> t.expand(2, 3, 4)).on(in(3, 4)).on(in(3, 1)).on(in())
            .on(in(2, 1, 1))
            .refuses(in(2, 4)).refuses(in(1, 2, 3, 4)),
        op("expand(-1)", (Tensor x) -> x.expand(-1, 4), t -> t.expand(-1, 4)).on(in(3, 1)).on(in(0, 1)).refuses(in(4)),
        op("expandAs", (Tensor x, Tensor y) -> x.expandAs(y), (x, y) -> x.expand_as(y)).on(in(3, 1), in(2, 3, 4))
            .says("expand"),
        op("select", (Tensor x) -> x.select(1, -1), t -> torch.select(t, 1, -1)).on(in(3, 4)).on(in(2, 3, 2))
            .refuses(in(3, 0)),
        op("narrow", (Tensor x) -> x.narrow(0, 1, 2), t -> torch.narrow(t, 0, 1, 2)).on(in(3, 4)).on(in(4))
            .refuses(in(2)),
        op("diagonal", (Tensor x) -> x.diagonal(), t -> torch.diagonal(t)).on(in(3, 4)).on(in(0, 3)).refuses(in(3)),
        op("diagonal(offset)", (Tensor x) -> x.diagonal(1, 1, 2), t -> torch.diagonal(t, 1, 1, 2)).on(in(2, 3, 4)),
        op("diagonal(-1)", (Tensor x) -> x.diagonal(-1, 0, 1), t -> torch.diagonal(t, -1, 0, 1)).on(in(3, 4))
            .on(in(1, 4)),
        op("unbind", (Tensor x) -> x.unbind(), t -> torch.unbind(t)).on(in(3, 4)).on(in(2)),
        op("unbind(dim)", (Tensor x) -> x.unbind(1), t -> torch.unbind(t, 1)).on(in(3, 4)).refuses(in(3)),
        op("split", (Tensor x) -> x.split(2), t -> torch.split(t, 2)).on(in(5, 2)).on(in(4)),
        op("split(dim)", (Tensor x) -> x.split(2, 1), t -> torch.split(t, 2, 1)).on(in(2, 5)).refuses(in(3)),
        op("chunk", (Tensor x) -> x.chunk(2), t -> torch.chunk(t, 2)).on(in(5, 2)).on(in(1)),
        op("chunk(dim)", (Tensor x) -> x.chunk(3, -1), t -> torch.chunk(t, 3, -1)).on(in(2, 7)).refuses(in()),
        op("asStrided", (Tensor x) -> x.asStrided(dims(2, 3), dims(1, 2)), t -> torch.as_strided(t, dims(2, 3), 1, 2))
            .on(in(3, 4)).only(STRIDED, Layout.DENSE),
        op("asStrided(offset)", (Tensor x) -> x.asStrided(dims(2, 2), dims(1, 3), 2),
                t -> torch.as_strided(t, dims(2, 2), dims(1, 3), new LongOptional(2))).on(in(3, 4)).refuses(in(3))
            .only(STRIDED, Layout.DENSE),
        op("detach", (Tensor x) -> x.detach(), t -> t.detach()).on(in(3, 4)).on(in()),
        op("get(at)", (Tensor x) -> x.get(Index.at(1)), t -> torch.select(t, 0, 1)).on(in(3, 4)).on(in(2))
            .refuses(in(1, 2)).says("select"),
        op("get(long)", (Tensor x) -> x.get(1, -1), t -> torch.select(torch.select(t, 0, 1), 0, -1)).on(in(3, 4))
            .says("select"),
        op("get(slice)", (Tensor x) -> x.get(Index.all(), Index.slice(0, 3, 2)),
                t -> torch.slice(t, 1, new LongOptional(0), new LongOptional(3), 2)).on(in(3, 4)).on(in(2, 1)),
        op("get(newAxis)", (Tensor x) -> x.get(Index.newAxis()), t -> torch.unsqueeze(t, 0)).on(in(3, 4)).on(in()),
        op("get(ellipsis)", (Tensor x) -> x.get(Index.ellipsis(), Index.at(0)), t -> torch.select(t, -1, 0))
            .on(in(3, 4)).says("select"));
  }

  private static List<Row> copies() {
    return List.of(
        op("Retrograd.cat", (Tensor a, Tensor b) -> Retrograd.cat(a, b), (a, b) -> torch.cat(Torch.list(a, b)))
            .on(in(2, 3), in(1, 3)).on(in(2), in(3)).on(in(0), in(2, 2)).on(in(0, 3), in(1, 3)).promotes()
            .refuses(in(2, 3), in(2, 4)).refuses(in(), in()),
        op("Retrograd.cat(dim)", (Tensor a, Tensor b) -> Retrograd.cat(List.of(a, b, a), -1),
                (a, b) -> torch.cat(Torch.list(a, b, a), -1)).on(in(2, 3), in(2, 1)).on(in(2, 2, 2), in(2, 2, 1)),
        op("Retrograd.stack", (Tensor a, Tensor b) -> Retrograd.stack(a, b), (a, b) -> torch.stack(Torch.list(a, b)))
            .on(in(2, 3), in(2, 3)).on(in(), in()).on(in(0), in(0)).promotes().refuses(in(2), in(3)),
        op("Retrograd.stack(dim)", (Tensor a, Tensor b) -> Retrograd.stack(List.of(a, b), 1),
                (a, b) -> torch.stack(Torch.list(a, b), 1)).on(in(2, 3), in(2, 3)),
        op("repeat", (Tensor x) -> x.repeat(2, 1, 3), t -> t.repeat(2, 1, 3)).on(in(2, 3)).on(in(2)).on(in())
            .refuses(in(1, 1, 1, 1))
            .node("ViewBackward0", "expand, clone, view"),
        op("flip", (Tensor x) -> x.flip(0), t -> torch.flip(t, 0)).on(in(3, 4)).on(in(2)).on(in(0)),
        op("flip(dims)", (Tensor x) -> x.flip(0, -1), t -> torch.flip(t, 0, -1)).on(in(3, 4)).refuses(in(3)),
        op("tril", (Tensor x) -> x.tril(), t -> torch.tril(t)).on(in(3, 4)).on(in(2, 3, 3)).refuses(in(3)),
        op("tril(diagonal)", (Tensor x) -> x.tril(1), t -> torch.tril(t, 1)).on(in(3, 4)),
        op("triu", (Tensor x) -> x.triu(), t -> torch.triu(t)).on(in(3, 4)).on(in(2, 3, 3)).refuses(in(3)),
        op("triu(diagonal)", (Tensor x) -> x.triu(-1), t -> torch.triu(t, -1)).on(in(3, 4)),
        op("diag", (Tensor x) -> x.diag(), t -> torch.diag(t)).on(in(3)).refuses(in(2, 3, 4)),
        op("diag(diagonal)", (Tensor x) -> x.diag(1), t -> torch.diag(t, 1)).on(in(3)),
        op("diag(matrix)", (Tensor x) -> x.diag(1), t -> torch.diag(t, 1)).on(in(3, 4)).on(in(2, 2))
            .node("CloneBackward0", "a copy of the diagonal; libtorch's is DiagonalBackward0_copy"),
        op("diag(-2)", (Tensor x) -> x.diag(-2), t -> torch.diag(t, -2)).on(in(3)),
        op("clone", (Tensor x) -> x.clone(), t -> t.clone()).on(in(3, 4)).on(in()).on(in(0)),
        op("contiguous", (Tensor x) -> x.contiguous(), t -> t.contiguous()).on(in(3, 4)).on(in()),
        op("to(FLOAT64)", (Tensor x) -> x.to(DType.FLOAT64), t -> t.to(torch.ScalarType.Double)).on(in(3, 4)).on(in()),
        op("to(FLOAT32)", (Tensor x) -> x.to(DType.FLOAT32), t -> t.to(torch.ScalarType.Float)).on(in(3, 4))
            .skip(Aspect.GRADCHECK, "float32 has too few digits"),
        op("to(INT64)", (Tensor x) -> x.to(DType.INT64), t -> t.to(torch.ScalarType.Long)).on(In.between(-9, 9, 3, 4)),
        op("to(BOOL)", (Tensor x) -> x.to(DType.BOOL), t -> t.to(torch.ScalarType.Bool)).on(In.repeated(3, 4)),
        op("to(INT8)", (Tensor x) -> x.to(DType.INT8), t -> t.to(torch.ScalarType.Char)).on(In.between(-9, 9, 3, 4)),
        op("to(INT16)", (Tensor x) -> x.to(DType.INT16), t -> t.to(torch.ScalarType.Short))
            .on(In.between(-9, 9, 3, 4)),
        op("to(UINT8)", (Tensor x) -> x.to(DType.UINT8), t -> t.to(torch.ScalarType.Byte)).on(In.between(0, 9, 3, 4)),
        op("to(device)", (Tensor x) -> x.to(Retrograd.getDefaultDevice()), t -> t.to(torch.ScalarType.Double))
            .on(in(3, 4))
            .skip("here the dtype stays", BinaryRows.INTEGERS).skip("here the dtype stays", DType.FLOAT32)
            .skip(Aspect.LAYOUTS, "here the dtype stays").skip(Aspect.GRADIENTS, "here the dtype stays"),
        op("copy_", (Tensor x, Tensor y) -> x.clone().copy_(y), (x, y) -> x.clone().copy_(y))
            .on(in(3, 4), in(3, 4)).on(in(3, 4), in(4)).on(in(2), in()).promotes().refuses(in(3), in(4))
            .refuses(in(1), in(2))
            .inPlace((x, y) -> x.copy_(y), (x, y) -> x.copy_(y)),
        op("fill_(double)", (Tensor x) -> x.clone().fill_(1.5), t -> t.clone().fill_(Torch.s(1.5))).on(in(3, 4))
            .on(in())
            .inPlace(x -> x.fill_(1.5), t -> t.fill_(Torch.s(1.5))),
        op("fill_(long)", (Tensor x) -> x.clone().fill_(2), t -> t.clone().fill_(Torch.s(2L))).on(in(3, 4))
            .inPlace(x -> x.fill_(2), t -> t.fill_(Torch.s(2L))),
        op("fill_(tensor)", (Tensor x, Tensor v) -> x.clone().fill_(v), (x, v) -> x.clone().fill_(v)).on(in(3, 4), in())
            .inPlace((x, v) -> x.fill_(v), (x, v) -> x.fill_(v)).refuses(in(3), in(3)),
        op("zero_", (Tensor x) -> x.clone().zero_(), t -> t.clone().zero_()).on(in(3, 4)).on(in())
            .inPlace(x -> x.zero_(), t -> t.zero_()),
        expanded("fill_(expanded)", x -> x.fill_(1.5), t -> t.fill_(Torch.s(1.5))),
        expanded("zero_(expanded)", x -> x.zero_(), t -> t.zero_()),
        expanded("fill_(expanded, tensor)", x -> x.fill_(x.detach().max()), t -> t.fill_(t.detach().max())));
  }

  /** Elements that share memory may be written with one number, until gradients are asked for. */
  private static Row expanded(String name, Row.F1<Tensor> ours, Row.F1<org.bytedeco.pytorch.Tensor> theirs) {
    return op(
        name,
        (Tensor x) -> {
          Tensor base = x.clone();
          ours.apply(base.expand(2, 3, 4));
          return base;
        },
        t -> {
          var base = t.clone();
          theirs.apply(base.expand(2, 3, 4));
          return base;
        })
        .on(in(3, 4)).skip(Aspect.GRADCHECK, "it has no gradients").unsized("the shape is expanded to one that is written here");
  }
}
