package io.retrograd.oracle;

import static io.retrograd.oracle.In.in;
import static io.retrograd.oracle.Operand.X;
import static io.retrograd.oracle.Operand.Y;
import static io.retrograd.oracle.Operand.Z;
import static io.retrograd.oracle.Row.call;
import static io.retrograd.oracle.Tolerance.ACCUMULATED;

import io.retrograd.DType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** Convolutions of one to three dimensions. */
final class ConvRows {
  private ConvRows() {}

  static List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    for (int dims = 1; dims <= 3; dims++) {
      rows.addAll(plain(dims));
      rows.addAll(named(dims));
      rows.addAll(transposed(dims));
    }
    return rows;
  }

  /** What the calls below say, in the order of their parameters. */
  private record Steps(
      int dims, long stride, long padding, long outputPadding, long dilation, long groups) {}

  private static List<Row> plain(int dims) {
    List<Row> rows = new ArrayList<>();
    String name = "F.conv" + dims + "d";
    Steps usual = new Steps(dims, 1, 0, 0, 1, 1);
    rows.add(forward(shorter(name + "(weight)", X, Y), usual)
        .theirs((x, w) -> conv(x, w, null, usual, null)));
    rows.add(forward(shorter(name + "(null)", X, Y, null), usual)
        .theirs((x, w) -> conv(x, w, null, usual, null)));
    rows.add(forward(call(name + "(bias)", X, Y, Z), usual)
        .theirs((x, w, b) -> conv(x, w, b, usual, null)));
    for (boolean array : new boolean[] {false, true})
      for (int n = 1; n <= 4; n++) {
        Steps s = new Steps(dims, 2, n > 1 ? 2 : 0, 0, n > 2 ? 2 : 1, n > 3 ? 2 : 1);
        Row row = numbers(
            name,
            array && n == 4,
            array,
            n,
            each(array, dims, 2),
            each(array, dims, 2),
            each(array, 1, 2),
            2L);
        rows.add(forward(row, s).theirs((x, w, b) -> conv(x, w, b, s, null)));
      }
    return rows;
  }

  private static List<Row> named(int dims) {
    List<Row> rows = new ArrayList<>();
    for (String padding : List.of("same", "valid"))
      for (boolean array : new boolean[] {false, true})
        for (int n = 2; n <= 4; n++) {
          Steps s = new Steps(dims, 1, 0, 0, n > 2 ? 2 : 1, n > 3 ? 2 : 1);
          boolean whole = array && n > 2 && padding.equals("same");
          Row row = numbers(
              "F.conv" + dims + "d",
              whole,
              array,
              n,
              each(array, dims, 1),
              padding,
              each(array, 1, 2),
              2L);
          rows.add(forward(row, s).theirs((x, w, b) -> conv(x, w, b, s, padding)));
        }
    return rows;
  }

  private static List<Row> transposed(int dims) {
    List<Row> rows = new ArrayList<>();
    String name = "F.convTranspose" + dims + "d";
    Steps usual = new Steps(dims, 1, 0, 0, 1, 1);
    rows.add(backward(shorter(name + "(weight)", X, Y), usual)
        .theirs((x, w) -> transposed(x, w, null, usual)));
    rows.add(backward(call(name + "(bias)", X, Y, Z), usual)
        .theirs((x, w, b) -> transposed(x, w, b, usual)));
    for (boolean array : new boolean[] {false, true})
      for (int n = 1; n <= 5; n++) {
        Steps s = new Steps(dims, 2, n > 1 ? 1 : 0, n > 2 ? 1 : 0, n > 4 ? 2 : 1, n > 3 ? 2 : 1);
        Row row = numbers(
            name,
            array && n == 5,
            array,
            n,
            each(array, dims, 2),
            each(array, dims, 1),
            each(array, 1, 1),
            2L,
            each(array, dims, 2));
        rows.add(backward(row, s).theirs((x, w, b) -> transposed(x, w, b, s)));
      }
    return rows;
  }

  /** The overload with bias and the first n numbers; `whole` where all is tested, not values and gradients alone. */
  private static Row numbers(String name, boolean whole, boolean array, int n, Object... numbers) {
    Object[] arguments =
        Stream.concat(Stream.of(X, Y, Z), Arrays.stream(numbers).limit(n)).toArray();
    String note = Arrays.stream(numbers)
        .limit(n)
        .map(v -> v instanceof long[] a ? Arrays.toString(a) : v.toString())
        .collect(Collectors.joining(", ", "(", ")"));
    return whole ? call(name + note, arguments) : shorter(name + note, arguments);
  }

  /** An overload that passes its arguments on to one that has a row of its own. */
  private static Row shorter(String name, Object... arguments) {
    Row row = call(name, arguments);
    for (Aspect aspect :
        List.of(Aspect.LAYOUTS, Aspect.EDGES, Aspect.SECOND_GRADIENTS, Aspect.GRADCHECK))
      row.skip(aspect, "a shorter form of one with a row of its own");
    return row;
  }

  /** A number, or as many in an array. */
  private static Object each(boolean array, int count, long value) {
    return array ? LongStream.generate(() -> value).limit(count).toArray() : (Object) value;
  }

  /** Sizes of an image or a weight whose spatial ones follow the first two. */
  private static long[] sizes(int dims, long first, long second, long... spatial) {
    return LongStream.concat(
            LongStream.of(first, second), Arrays.stream(spatial).skip(3 - dims))
        .toArray();
  }

  private static Row forward(Row row, Steps s) {
    int dims = s.dims;
    return within(row)
        .on(in(sizes(dims, 1, 4, 2, 4, 5)), in(sizes(dims, 2, 4 / s.groups, 1, 3, 2)), in(2))
        .on(in(sizes(dims, 0, 2, 4, 5, 6)), in(sizes(dims, 2, 2 / s.groups, 2, 2, 3)), in(2))
        .sized(in(sizes(dims, 2, 4, 5, 6, 7)), in(sizes(dims, 6, 4 / s.groups, 1, 3, 2)), in(6))
        .refuses(in(sizes(dims, 2, 3, 5, 6, 7)), in(sizes(dims, 6, 4 / s.groups, 1, 3, 2)), in(6));
  }

  private static Row backward(Row row, Steps s) {
    int dims = s.dims;
    return within(row)
        .on(in(sizes(dims, 1, 2, 2, 2, 3)), in(sizes(dims, 2, 4 / s.groups, 2, 3, 2)), in(4))
        .sized(in(sizes(dims, 2, 4, 3, 4, 5)), in(sizes(dims, 4, 6 / s.groups, 2, 3, 3)), in(6))
        .refuses(in(sizes(dims, 2, 3, 5, 6, 7)), in(sizes(dims, 4, 6 / s.groups, 1, 3, 2)), in(6));
  }

  private static Row within(Row row) {
    return row.within(ACCUMULATED)
        .skip(
            "libtorch has integers and bools on the CPU alone",
            DType.BOOL,
            DType.UINT8,
            DType.INT8,
            DType.INT16,
            DType.INT32,
            DType.INT64)
        .unsized("libtorch's results for no channels have none, either")
        .unfilled(
            "libtorch multiplies by zero what no place of the kernel sees, and adds in another order",
            Edges.Fill.NAN,
            Edges.Fill.INFINITE,
            Edges.Fill.ALL_INFINITE,
            Edges.Fill.NEGATIVE_INFINITE,
            Edges.Fill.LARGEST);
  }

  private static long[] all(int dims, long value) {
    return LongStream.generate(() -> value).limit(dims).toArray();
  }

  private static TensorOptional optional(Tensor t) {
    return t == null ? new TensorOptional() : new TensorOptional(t);
  }

  private static Tensor conv(Tensor x, Tensor w, Tensor b, Steps s, String padding) {
    int dims = s.dims;
    long[] stride = all(dims, s.stride),
        pads = all(dims, s.padding),
        dilation = all(dims, s.dilation);
    if (padding != null)
      return switch (dims) {
        case 1 -> torch.conv1d(x, w, optional(b), stride, padding, dilation, s.groups);
        case 2 -> torch.conv2d(x, w, optional(b), stride, padding, dilation, s.groups);
        default -> torch.conv3d(x, w, optional(b), stride, padding, dilation, s.groups);
      };
    return switch (dims) {
      case 1 -> torch.conv1d(x, w, optional(b), stride, pads, dilation, s.groups);
      case 2 -> torch.conv2d(x, w, optional(b), stride, pads, dilation, s.groups);
      default -> torch.conv3d(x, w, optional(b), stride, pads, dilation, s.groups);
    };
  }

  private static Tensor transposed(Tensor x, Tensor w, Tensor b, Steps s) {
    int dims = s.dims;
    long[] stride = all(dims, s.stride),
        pads = all(dims, s.padding),
        more = all(dims, s.outputPadding);
    long[] dilation = all(dims, s.dilation);
    return switch (dims) {
      case 1 -> torch.conv_transpose1d(x, w, optional(b), stride, pads, more, s.groups, dilation);
      case 2 -> torch.conv_transpose2d(x, w, optional(b), stride, pads, more, s.groups, dilation);
      default -> torch.conv_transpose3d(x, w, optional(b), stride, pads, more, s.groups, dilation);
    };
  }
}
