package io.retrograd.oracle;

import static io.retrograd.Retrograd.arange;
import static io.retrograd.Retrograd.options;
import static io.retrograd.oracle.In.between;
import static io.retrograd.oracle.In.in;
import static io.retrograd.oracle.Nd.dims;
import static io.retrograd.oracle.Operand.V;
import static io.retrograd.oracle.Operand.W;
import static io.retrograd.oracle.Operand.X;
import static io.retrograd.oracle.Operand.Y;
import static io.retrograd.oracle.Operand.Z;
import static io.retrograd.oracle.Row.call;
import static io.retrograd.oracle.Row.op;
import static io.retrograd.oracle.Tolerance.COMPOSED;
import static io.retrograd.oracle.Torch.s;

import io.retrograd.DType;
import io.retrograd.Tensor;
import io.retrograd.nn.F;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.pytorch.BatchNormFuncOptions;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.LocalResponseNormOptions;
import org.bytedeco.pytorch.NormalizeFuncOptions;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** Normalization by mean and variance. */
final class NormRows {
  private static final String
      RUNNING = "libtorch's running mean stays in the range where the sum leaves it",
      DEVIATION = "libtorch's deviation of equal numbers is above 0 by rounding",
      INFINITIES =
          "libtorch multiplies the mean by the scale, and subtracts infinity from infinity",
      EMPTY = "libtorch clones and adds where there are no elements";

  private static final DType[] WHOLE =
      Stream.of(DType.values()).filter(t -> !t.isFloatingPoint()).toArray(DType[]::new);

  private NormRows() {}

  static List<Row> rows() {
    return Stream.of(layers(), batches(), groups(), instances(), roots(), others())
        .flatMap(List::stream)
        .toList();
  }

  private static List<Row> layers() {
    return List.of(
        within(call("F.layerNorm(4)", X, dims(4))
            .theirs(t -> norm(t, dims(4), none(), none(), 1e-5))
            .on(in(3, 4))),
        within(call("F.layerNorm(4, weight)", X, dims(4), Y)
            .theirs((t, w) -> norm(t, dims(4), some(w), none(), 1e-5))
            .on(in(3, 4), in(4))),
        affine(1e-5, 4)
            .on(in(3, 4), in(4), in(4))
            .refuses(in(3, 4), in(4), in(3))
            .refuses(in(), in(4), in(4)),
        affine(1e-5, 2, 3).on(in(5, 2, 3), in(2, 3), in(2, 3)),
        affine(1e-5, 6).on(in(1, 6), in(6), in(6)),
        affine(1e-5, 2, 2, 3).on(in(2, 2, 2, 3), in(2, 2, 3), in(2, 2, 3)),
        affine(1e-5, 63)
            .on(in(2, 63), in(63), in(63))
            .sized(in(601, 63), in(63), in(63))
            .unfilled(
                "libtorch subtracts infinity from infinity",
                Edges.Fill.INFINITE,
                Edges.Fill.NEGATIVE_INFINITE),
        affine(0.5, 4).on(in(3, 4), in(4), in(4)),
        affine(0.5, 6).on(in(6), in(6), in(6)),
        // Other shapes, which the calls cannot tell from their operands.
        within(op(
                "F.layerNorm(shape)",
                (Tensor x) -> F.layerNorm(x, x.size(-1)),
                t -> norm(t, dims(t.size(-1)), none(), none(), 1e-5))
            .on(in(3, 4))
            .on(in(2, 3, 5))
            .on(in(0, 3))
            .on(in(3, 0))
            .sized(in(33, 31))
            .sized(in(3, 1025))
            .sized(in(1025, 8))
            .big(between(0, 0.2, 3, 3_333_334))),
        within(op(
                "F.layerNorm(shape, weight)",
                (Tensor x, Tensor w) -> F.layerNorm(x, dims(w.size(0)), w),
                (t, w) -> norm(t, dims(w.size(0)), some(w), none(), 1e-5))
            .on(in(3, 4), in(4))
            .on(in(2, 3, 5), in(5))
            .on(in(0, 4), in(4))
            .refuses(in(3, 4), in(3))
            .sized(in(301, 31), in(31))));
  }

  // ---- by channels ----

  private static List<Row> batches() {
    String name = "F.batchNorm";
    Batch usual = new Batch(false, 0.1, 1e-5), training = new Batch(true, 0.1, 1e-5);
    return List.of(
        usual.of(0, given(shorter(name + "(running)", X, V, W))),
        usual.of(1, given(shorter(name + "(running, weight)", X, V, W, Y))),
        usual
            .of(2, given(call(name + "(running, weight, bias)", X, V, W, Y, Z)))
            .unsized("libtorch wants a channel")
            .on(sample(2, 0, 4)),
        training
            .of(2, call(name + "(training)", X, null, null, Y, Z, true))
            .on(sample(2, 0, 4))
            .unsized("libtorch wants a channel")
            .refuses(sample(2, 1, 4))
            .refuses(in(3, 4), in(3), in(4)),
        new Batch(true, 0.3, 1e-5)
            .of(2, shorter(name + "(momentum)", X, null, null, Y, Z, true, 0.3)),
        new Batch(true, 0.3, 0.5)
            .of(2, shorter(name + "(eps)", X, null, null, Y, Z, true, 0.3, 0.5)),
        new Batch(false, 0.3, 0.5)
            .of(2, given(shorter(name + "(given, eps)", X, V, W, Y, Z, false, 0.3, 0.5))));
  }

  private record Batch(boolean training, double momentum, double eps) {
    Row of(int parameters, Row row) {
      row.node("NativeBatchNormBackward0", EMPTY).skip(EMPTY, WHOLE);
      return channels(parameters, row.theirsOfAll(a -> {
        var options = new BatchNormFuncOptions();
        if (parameters > 0) options.weight().put(a.get(1));
        if (parameters > 1) options.bias().put(a.get(2));
        options.training().put(training);
        options.momentum().put(momentum);
        options.eps().put(eps);
        var none = new org.bytedeco.pytorch.Tensor();
        var x = a.get(0);
        return training
            ? torch.batch_norm(x, none, none, options)
            : torch.batch_norm(x, ramp(x, 0.3, -0.4), ramp(x, 0.5, 0.3), options);
      }));
    }
  }

  private static List<Row> groups() {
    String name = "F.groupNorm";
    return List.of(
        group(0, shorter(name + "(groups)", X, 2L), 1e-5),
        group(1, shorter(name + "(weight)", X, 2L, Y), 1e-5),
        group(2, call(name + "(weight, bias)", X, 2L, Y, Z), 1e-5)
            .on(sample(2, 0, 4, 3))
            .unsized("libtorch's gradients of no elements are NaN")
            .refuses(sample(2, 3, 5))
            .refuses(in(3, 4), in(4), in(2))
            .refuses(in(4), in(4), in(4)),
        group(2, shorter(name + "(eps)", X, 2L, Y, Z, 0.5), 0.5));
  }

  private static Row group(int parameters, Row row, double eps) {
    return channels(
        parameters,
        row.theirsOfAll(a -> torch.group_norm(
            a.get(0), 2, operand(a, 1, parameters), operand(a, 2, parameters), eps, false)));
  }

  private static List<Row> instances() {
    String name = "F.instanceNorm";
    Instance usual = new Instance(false, true, 0.1, 1e-5);
    return List.of(
        usual.of(0, shorter(name, X)),
        usual.of(0, shorter(name + "(mean)", X, null)),
        usual.of(0, shorter(name + "(mean, var)", X, null, null)),
        usual.of(1, shorter(name + "(weight)", X, null, null, Y)),
        usual
            .of(2, call(name + "(weight, bias)", X, null, null, Y, Z))
            .unsized("libtorch wants an image and a channel")
            .refuses(in(3, 4, 2), in(3), in(4)),
        new Instance(true, false, 0.1, 1e-5)
            .of(2, given(call(name + "(given)", X, V, W, Y, Z, false)))
            .unsized("libtorch wants an image and a channel"),
        new Instance(true, true, 0.3, 1e-5)
            .of(2, given(shorter(name + "(momentum)", X, V, W, Y, Z, true, 0.3))),
        new Instance(true, true, 0.3, 0.5)
            .of(2, given(shorter(name + "(eps)", X, V, W, Y, Z, true, 0.3, 0.5))));
  }

  private record Instance(boolean running, boolean ofInput, double momentum, double eps) {
    Row of(int parameters, Row row) {
      return images(
          parameters,
          row.theirsOfAll(a -> torch.instance_norm(
              a.get(0),
              operand(a, 1, parameters),
              operand(a, 2, parameters),
              running ? some(ramp(a.get(0), 0.3, -0.4)) : none(),
              running ? some(ramp(a.get(0), 0.5, 0.3)) : none(),
              ofInput,
              momentum,
              eps,
              false)));
    }
  }

  /** An overload that passes its arguments on to one that has a row of its own. */
  private static Row shorter(String name, Object... arguments) {
    Row row = call(name, arguments);
    for (Aspect aspect :
        List.of(Aspect.LAYOUTS, Aspect.EDGES, Aspect.SECOND_GRADIENTS, Aspect.GRADCHECK))
      row.skip(aspect, "a shorter form of one with a row of its own");
    return row;
  }

  /** Gets running statistics as its fourth and fifth operands. */
  private static Row given(Row row) {
    return row.with(t -> Stream.concat(
            Stream.concat(t.stream(), Stream.generate(() -> t.get(0))).limit(3),
            Stream.of(ramp(t.get(0), 0.3, -0.4), ramp(t.get(0), 0.5, 0.3)))
        .toList());
  }

  /** A number for each channel. */
  private static Tensor ramp(Tensor x, double step, double start) {
    return arange(options(x.dtype()).device(x.device()), 0, x.size(1), 1)
        .mul(step)
        .add(start);
  }

  private static org.bytedeco.pytorch.Tensor ramp(
      org.bytedeco.pytorch.Tensor x, double step, double start) {
    return torch.arange(s(x.size(1)), x.options()).mul(s(step)).add(s(start));
  }

  private static Row channels(int parameters, Row row) {
    return images(parameters, row.on(sample(parameters, 3, 6)))
        .sized(sample(parameters, 37, 70))
        .sized(sample(parameters, 2, 4, 33, 31));
  }

  private static Row images(int parameters, Row row) {
    return within(row)
        .unfilled(
            INFINITIES, Edges.Fill.INFINITE, Edges.Fill.ALL_INFINITE, Edges.Fill.NEGATIVE_INFINITE)
        .only(DEVIATION, Layout.DENSE, Layout.TRANSPOSED, Layout.SLICED)
        .on(sample(parameters, 2, 4, 3))
        .on(sample(parameters, 2, 4, 2, 2))
        .sized(sample(parameters, 3, 6, 23));
  }

  /** An input, and vectors of a number for each channel. */
  private static In[] sample(int parameters, long... shape) {
    return Stream.concat(
            Stream.of(in(shape)), Stream.generate(() -> in(shape[1])).limit(parameters))
        .toArray(In[]::new);
  }

  /** The operand of that number among the first `parameters` after the input. */
  private static TensorOptional operand(
      List<org.bytedeco.pytorch.Tensor> operands, int number, int parameters) {
    return number <= parameters ? some(operands.get(number)) : none();
  }

  // ---- others ----

  private static List<Row> roots() {
    return List.of(
        root(call("F.rmsNorm(4)", X, dims(4)), null).on(in(3, 4)).on(in(0, 4)),
        root(call("F.rmsNorm(4, weight)", X, dims(4), Y), null)
            .on(in(3, 4), in(4))
            .refuses(in(3, 4), in(3)),
        root(call("F.rmsNorm(4, weight, eps)", X, dims(4), Y, 0.5), 0.5)
            .on(in(2, 3, 4), in(4))
            .sized(in(61, 4), in(4)));
  }

  private static Row root(Row row, Double eps) {
    return row.within(COMPOSED)
        .theirsOfAll(a -> torch.rms_norm(
            a.get(0),
            dims(4),
            a.size() > 1 ? some(a.get(1)) : none(),
            eps == null ? new DoubleOptional() : new DoubleOptional(eps)));
  }

  private static List<Row> others() {
    return List.of(
        local(shorter("F.localResponseNorm(3)", X, 3L), 3, 1e-4, 0.75, 1),
        local(shorter("F.localResponseNorm(alpha)", X, 2L, 0.7), 2, 0.7, 0.75, 1),
        local(shorter("F.localResponseNorm(beta)", X, 3L, 0.7, 0.5), 3, 0.7, 0.5, 1),
        local(call("F.localResponseNorm(k)", X, 3L, 0.7, 0.6, 2.0), 3, 0.7, 0.6, 2)
            .refuses(in(3, 4)),
        scaled(call("F.normalize", X), 2, 1, 1e-12).on(in(3, 4)).on(in(2, 3, 2)).refuses(in(3)),
        scaled(call("F.normalize(p)", X, 3.0), 3, 1, 1e-12)
            .on(in(3, 4))
            .unfilled("libtorch multiplies infinity by 0", Edges.Fill.LARGEST),
        scaled(call("F.normalize(dim)", X, 1.0, 0L), 1, 0, 1e-12).on(in(3, 4)).on(in(5)),
        scaled(call("F.normalize(eps)", X, 2.0, -1L, 0.5), 2, -1, 0.5).on(in(3, 4)));
  }

  private static Row local(Row row, long size, double alpha, double beta, double k) {
    return row.within(COMPOSED)
        .skip("libtorch's average pools round", DType.INT64)
        .unsized("libtorch's pools want elements")
        .theirs(x -> {
          var options = new LocalResponseNormOptions(size);
          options.alpha().put(alpha);
          options.beta().put(beta);
          options.k().put(k);
          return torch.local_response_norm(x, options);
        })
        .on(in(2, 4, 3))
        .on(in(2, 3, 2, 2))
        .on(in(1, 1, 3));
  }

  private static Row scaled(Row row, double p, long dim, double eps) {
    return row.within(COMPOSED).theirs(x -> {
      var options = new NormalizeFuncOptions();
      options.p().put(p);
      options.dim().put(dim);
      options.eps().put(eps);
      return torch.normalize(x, options);
    });
  }

  // ---- layers ----

  /** With weight and bias; `eps` where it is not the default. */
  private static Row affine(double eps, long... shape) {
    String name = "F.layerNorm(" + Arrays.toString(shape) + ", weight, bias";
    Row row =
        eps == 1e-5 ? call(name + ")", X, shape, Y, Z) : call(name + ", eps)", X, shape, Y, Z, eps);
    return within(row.theirs((t, w, b) -> norm(t, shape, some(w), some(b), eps)));
  }

  private static Row within(Row row) {
    return row.within(COMPOSED)
        .unfilled(RUNNING, Edges.Fill.LARGEST)
        .unfilled(DEVIATION, Edges.Fill.EQUAL);
  }

  private static org.bytedeco.pytorch.Tensor norm(
      org.bytedeco.pytorch.Tensor x,
      long[] shape,
      TensorOptional weight,
      TensorOptional bias,
      double eps) {
    return torch.layer_norm(x, shape, weight, bias, eps, true);
  }

  private static TensorOptional some(org.bytedeco.pytorch.Tensor t) {
    return new TensorOptional(t);
  }

  private static TensorOptional none() {
    return new TensorOptional();
  }
}
