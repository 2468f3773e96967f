package io.retrograd.oracle;

import static io.retrograd.oracle.In.in;
import static io.retrograd.oracle.Row.op;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.retrograd.DType;
import io.retrograd.Tensor;
import io.retrograd.ValuesAndIndices;
import io.retrograd.autograd.Context;
import io.retrograd.autograd.Function;
import io.retrograd.autograd.GradCheck;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The table catches what it is there to catch: one deliberate error per family and aspect must fail. */
class MutationTest {
  /** A function of one tensor whose derivative is as given: right or wrong. */
  private static Tensor with(
      Tensor x, UnaryOperator<Tensor> forward, BiFunction<Tensor, Tensor, Tensor> backward) {
    return new Function() {
      @Override
      protected Tensor forward(Context ctx, Tensor... inputs) {
        ctx.saveForBackward(inputs[0]);
        return forward.apply(inputs[0]);
      }

      @Override
      protected Tensor[] backward(Context ctx, Tensor... grads) {
        return gradients(backward.apply(grads[0], ctx.savedTensors().get(0)));
      }
    }.apply(x);
  }

  private static Row family(
      String name,
      In input,
      UnaryOperator<Tensor> forward,
      Row.F1<org.bytedeco.pytorch.Tensor> theirs,
      BiFunction<Tensor, Tensor, Tensor> wrong) {
    return op(name, (Tensor x) -> with(x, forward, wrong), theirs)
        .on(input)
        .within(Tolerance.ACCUMULATED);
  }

  /** The sine, whose derivative reads the operand without having saved it. */
  private static Tensor unsavedSine(Tensor x) {
    Tensor operand = x.detach();
    return new Function() {
      @Override
      protected Tensor forward(Context ctx, Tensor... inputs) {
        return inputs[0].sin();
      }

      @Override
      protected Tensor[] backward(Context ctx, Tensor... grads) {
        return gradients(grads[0].mul(operand.cos()));
      }
    }.apply(x);
  }

  /** Right values, wrong derivatives. */
  private static final List<Row> WRONG_DERIVATIVES = List.of(
      family("unary: a sign", in(3, 4), Tensor::cos, torch::cos, (g, x) -> g.mul(x.sin())),
      family("binary: a factor", in(3, 4), x -> x.mul(x), t -> torch.mul(t, t), (g, x) -> g.mul(x)),
      family(
          "reduce: the mean's count",
          in(3, 4),
          x -> x.mean(),
          t -> torch.mean(t),
          (g, x) -> g.expand(x.shape())),
      family(
          "view: the same transposition twice",
          in(3, 3),
          x -> x.t().clone(),
          t -> torch.t(t).clone(),
          (g, x) -> g),
      family(
          "index: another place",
          in(4),
          x -> x.narrow(0, 0, 2).clone(),
          t -> torch.narrow(t, 0, 0, 2).clone(),
          (g, x) -> x.mul(0).narrow(0, 0, 2).add(g).repeat(2)),
      family(
          "matmul: a missing transposition",
          in(3, 3),
          x -> x.mm(x.detach()),
          t -> torch.mm(t, t.detach()),
          (g, x) -> g.mm(x)),
      family(
          "loss: the reduction",
          in(3, 4),
          x -> x.square().mean(),
          t -> torch.mean(torch.square(t)),
          (g, x) -> g.mul(x).mul(2)),
      op(
              "several results: the second's derivative",
              (Tensor x) -> List.of(x.sin(), with(x, Tensor::cos, (g, y) -> g.mul(y.sin()))),
              t -> Torch.list(torch.sin(t), torch.cos(t)))
          .on(in(3, 4))
          .within(Tolerance.ACCUMULATED),
      family(
          "a constant",
          in(3),
          x -> x.sin(),
          t -> torch.sin(t),
          (g, x) -> g.mul(x.cos()).add(1e-3)),
      family("no gradient", in(3), x -> x.sin(), t -> torch.sin(t), (g, x) -> null));

  @TestFactory
  Stream<DynamicTest> wrongDerivativesFail() {
    return WRONG_DERIVATIVES.stream()
        .flatMap(
            row -> Stream.of(Aspect.GRADIENTS, Aspect.GRADCHECK).map(aspect -> fails(row, aspect)));
  }

  private static DynamicTest fails(Row row, Aspect aspect) {
    return dynamicTest(
        row + " " + aspect, () -> assertThrows(AssertionError.class, () -> aspect.check(row)));
  }

  @TestFactory
  Stream<DynamicTest> rightDerivativesPass() {
    Row row = family(
        "unary", in(3, 4), Tensor::cos, torch::cos, (g, x) -> g.mul(x.sin()).neg());
    return Stream.of(Aspect.GRADIENTS, Aspect.SECOND_GRADIENTS, Aspect.GRADCHECK)
        .map(aspect -> dynamicTest(aspect.name(), () -> aspect.check(row)));
  }

  /** The first derivative is right; the second is lost on the way. */
  @TestFactory
  Stream<DynamicTest> wrongSecondDerivativesFail() {
    Row row = family(
        "unary", in(3, 4), Tensor::sin, torch::sin, (g, x) -> g.mul(x.cos().detach()));
    return Stream.of(Aspect.SECOND_GRADIENTS, Aspect.GRADCHECK).map(aspect -> fails(row, aspect));
  }

  @TestFactory
  Stream<DynamicTest> wrongRowsFail() {
    return Stream.of(
        fails(op("value", (Tensor x) -> x.sin(), t -> torch.cos(t)).on(in(3)), Aspect.VALUES),
        fails(
            op("one unit in the last place", (Tensor x) -> x.mul(1 + 0x1p-52), t -> t.clone())
                .on(in(9)),
            Aspect.VALUES),
        fails(
            op("dtype", (Tensor x) -> x.to(DType.FLOAT64), t -> t.clone()).on(in(3)),
            Aspect.VALUES),
        fails(
            op("shape", (Tensor x) -> x.sum(new long[] {0}, true), t -> torch.sum(t))
                .on(in(3)),
            Aspect.VALUES),
        fails(
            op("a view instead of a copy", (Tensor x) -> x.t(), t -> torch.t(t).clone())
                .on(in(2, 3)),
            Aspect.VALUES),
        fails(
            op(
                    "the second result",
                    (Tensor x) -> List.of(x.sin(), x.cos()),
                    t -> Torch.list(torch.sin(t), torch.sin(t)))
                .on(in(3)),
            Aspect.VALUES),
        fails(
            op(
                    "indices beside values",
                    (Tensor x) -> new ValuesAndIndices(x.max(1).values(), x.argmin(1)),
                    t -> torch.max(t, 1))
                .on(In.distinct(2, 3)),
            Aspect.VALUES),
        fails(
            op("one result too few", (Tensor x) -> x.max(1).values(), t -> torch.max(t, 1))
                .on(In.distinct(2, 3)),
            Aspect.VALUES),
        fails(
            op("a node's name", (Tensor x) -> x.mul(x), t -> torch.square(t)).on(in(3)),
            Aspect.NODE),
        fails(
            op("nothing refused", (Tensor x) -> x.clone(), t -> torch.mm(t, t)).on(in(3)),
            Aspect.VALUES),
        fails(
            op("an error without the name", (Tensor x) -> x.mm(x), t -> torch.mm(t, t))
                .on(in(3)),
            Aspect.VALUES),
        fails(
            op("writes elsewhere", (Tensor x) -> x.sin(), t -> torch.sin(t))
                .on(in(3))
                .inPlace(x -> x.sin(), t -> torch.sin_(t)),
            Aspect.IN_PLACE),
        fails(
            op(
                    "reads a written operand again",
                    (Tensor x, Tensor y) -> x.add(y).add(y),
                    (x, y) -> torch.add(torch.add(x, y), y))
                .on(in(3), in(3))
                .inPlace((x, y) -> x.add_(y).add_(y), (x, y) -> x.add_(y).add_(y)),
            Aspect.ALIASING),
        fails(
            op(
                    "a derivative reads what was written since",
                    MutationTest::unsavedSine,
                    t -> torch.sin(t))
                .on(in(3)),
            Aspect.ALIASING),
        fails(
            op(
                    "strides",
                    (Tensor x) -> Retro.LIB.make(Retro.LIB.read(x)).mul(x.isContiguous() ? 1 : 2),
                    t -> t.clone())
                .on(in(3, 4)),
            Aspect.LAYOUTS));
  }

  @TestFactory
  Stream<DynamicTest> gradcheckCatches() {
    return WRONG_DERIVATIVES.stream()
        .map(row -> dynamicTest(row.name, () -> {
          Tensor x = Retro.LIB
              .make(row.samples.get(0).get(0).make(DType.FLOAT64, Seed.random(1)))
              .requiresGrad_(true);
          assertThrows(
              AssertionError.class,
              () -> GradCheck.gradcheck(
                  a -> Retro.LIB.tensors(row.op.ours().apply(a)),
                  List.of(x),
                  GradCheck.Options.DEFAULT));
        }));
  }
}
