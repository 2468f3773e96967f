package io.retrograd.oracle;

import static io.retrograd.oracle.In.in;
import static io.retrograd.oracle.Operand.Y;
import static io.retrograd.oracle.Row.call;
import static io.retrograd.oracle.Row.op;
import static io.retrograd.oracle.Row.write;
import static io.retrograd.oracle.Torch.s;

import io.retrograd.DType;
import io.retrograd.Device;
import io.retrograd.Retrograd;
import io.retrograd.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.pytorch.global.torch;

/** Copies, to other dtypes and devices too, and writes of whole tensors. No arithmetic: every value is exact. */
final class CopyRows {
  private static final DType[] NARROWER =
      Stream.of(DType.values()).filter(t -> t != DType.FLOAT64).toArray(DType[]::new);

  private CopyRows() {}

  static List<Row> rows() {
    List<Row> rows = new ArrayList<>(copies());
    for (DType dtype : DType.values()) rows.add(converted(dtype));
    rows.addAll(writes());
    boolean onCuda = Retrograd.getDefaultDevice().isCuda();
    rows.add(moved("cpu", onCuda));
    if (Device.cudaCount() > 0) rows.add(moved("cuda", !onCuda));
    return rows;
  }

  private static List<Row> copies() {
    Device here = Retrograd.getDefaultDevice();
    return List.of(
        call("clone").on(in(3, 4)).on(in()).on(in(0)),
        call("contiguous").on(in(3, 4)).on(in()),
        staying("to(device)", here),
        staying("to(device, nonBlocking)", here, true),
        staying("to(String)", here.toString()),
        call("to(device, dtype)", here, DType.FLOAT64)
            .theirs(t -> t.to(torch.ScalarType.Double))
            .on(in(3, 4)),
        call("to(device, dtype, nonBlocking)", here, DType.FLOAT64, true)
            .theirs(t -> t.to(torch.ScalarType.Double))
            .on(in(3, 4)));
  }

  private static Row converted(DType dtype) {
    Row row = call("to(" + dtype.name() + ")", dtype);
    if (dtype == DType.BOOL) return row.on(In.repeated(3, 4));
    if (Nd.integral(dtype)) return row.on(In.between(Nd.unsigned(dtype) ? 0 : -9, 9, 3, 4));
    row.on(in(3, 4)).on(in());
    return dtype == DType.FLOAT64 ? row : row.skip(Aspect.GRADCHECK, "it has too few digits");
  }

  private static Row staying(String name, Object... arguments) {
    return call(name, arguments)
        .theirs(t -> t.to(torch.ScalarType.Double))
        .on(in(3, 4))
        .skip("here the dtype stays", NARROWER)
        .skip(Aspect.LAYOUTS, "here the dtype stays")
        .skip(Aspect.GRADIENTS, "here the dtype stays");
  }

  private static List<Row> writes() {
    return List.of(
        write("copy_", Y)
            .on(in(3, 4), in(3, 4))
            .on(in(3, 4), in(4))
            .on(in(2), in())
            .promotes()
            .refuses(in(3), in(4))
            .refuses(in(1), in(2)),
        write("copy_(nonBlocking)", Y, true)
            .on(in(3, 4), in(3, 4))
            .on(in(3, 4), in(4))
            .promotes(),
        write("fill_(double)", 1.5).on(in(3, 4)).on(in()),
        write("fill_(long)", 2).on(in(3, 4)),
        write("fill_(boolean)", true).theirs(t -> t.fill_(s(true))).on(in(3, 4)),
        write("fill_(tensor)", Y).on(in(3, 4), in()).refuses(in(3), in(3)),
        write("zero_").on(in(3, 4)).on(in()),
        expanded("fill_(expanded)", x -> x.fill_(1.5), t -> t.fill_(s(1.5))),
        expanded("zero_(expanded)", x -> x.zero_(), t -> t.zero_()),
        expanded(
            "fill_(expanded, tensor)",
            x -> x.fill_(x.detach().max()),
            t -> t.fill_(t.detach().max())));
  }

  private static Row moved(String name, boolean elsewhere) {
    return call(name)
        .theirs(t -> elsewhere ? t.clone() : t.cpu())
        .on(in(3, 4))
        .moves()
        .node("ToCopyBackward0", "the copy is to another device, which libtorch here has not");
  }

  /** Elements that share memory may be written with one number, until gradients are asked for. */
  private static Row expanded(
      String name, Row.F1<Tensor> ours, Row.F1<org.bytedeco.pytorch.Tensor> theirs) {
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
        .on(in(3, 4))
        .skip(Aspect.GRADCHECK, "it has no gradients")
        .unsized("the shape is expanded to one that is written here");
  }
}
