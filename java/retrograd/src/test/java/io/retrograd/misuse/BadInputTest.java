package io.retrograd.misuse;

import static io.retrograd.DType.INT64;
import static io.retrograd.Retrograd.cat;
import static io.retrograd.Retrograd.fromArray;
import static io.retrograd.Retrograd.full;
import static io.retrograd.Retrograd.getDefaultDevice;
import static io.retrograd.Retrograd.ones;
import static io.retrograd.Retrograd.options;
import static io.retrograd.Retrograd.randperm;
import static io.retrograd.Retrograd.resultType;
import static io.retrograd.Retrograd.stack;
import static io.retrograd.Retrograd.tensor;
import static io.retrograd.Retrograd.where;
import static io.retrograd.Retrograd.zeros;
import static io.retrograd.Retrograd.zerosLike;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.AutogradException;
import io.retrograd.ClosedTensorException;
import io.retrograd.DType;
import io.retrograd.DTypeException;
import io.retrograd.Device;
import io.retrograd.DeviceException;
import io.retrograd.GradMode;
import io.retrograd.Index;
import io.retrograd.IndexException;
import io.retrograd.OutOfMemoryException;
import io.retrograd.Retrograd;
import io.retrograd.Scope;
import io.retrograd.ShapeException;
import io.retrograd.Tensor;
import io.retrograd.autograd.Autograd;
import io.retrograd.autograd.GradCheck;
import io.retrograd.autograd.GradOptions;
import io.retrograd.memory.Usage;
import io.retrograd.nn.F;
import io.retrograd.nn.Linear;
import io.retrograd.nn.Reduction;
import io.retrograd.nn.SiLU;
import io.retrograd.optim.SGD;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each mistake raises its own type, tells what it is about, and costs no memory. */
class BadInputTest {
  private static final long TERA = 1L << 40;

  /** Whatever earlier tests dropped. */
  @BeforeAll
  static void clear() {
    Usage.settled();
  }

  private static Arguments row(Class<? extends Exception> type, String words, Executable mistake) {
    return Arguments.of(type, words, mistake);
  }

  /** The exception, words of its message (the operation, what it got, what it wanted), the mistake. */
  static List<Arguments> mistakes() {
    return List.of(
        row(ShapeException.class, "tensor", () -> tensor(new float[][] {{1, 2}, {3}})),
        row(ShapeException.class, "tensor", () -> tensor(new double[][][] {{{1}}, {{1}, {2}}})),
        row(ShapeException.class, "tensor rows zeros", () -> tensor(new float[0][0])),
        row(ShapeException.class, "tensor null 2", () -> tensor(new float[][] {{1, 2}, null})),
        row(ShapeException.class, "fromArray 3 4 [2, 2]", () -> fromArray(new float[3], 2, 2)),
        row(ShapeException.class, "add [2] [3]", () -> ones(2).add(ones(3))),
        row(ShapeException.class, "mm [2, 3] [2, 3]", () -> ones(2, 3).mm(ones(2, 3))),
        row(ShapeException.class, "mm [3]", () -> ones(3).mm(ones(3))),
        row(ShapeException.class, "view [4] 6", () -> ones(6).view(4)),
        row(ShapeException.class, "expand [2] [3]", () -> ones(2).expand(3)),
        row(ShapeException.class, "rdiv [2] [3]", () -> ones(2).rdiv(ones(3))),
        row(ShapeException.class, "linear [2, 3] [5, 4]", () -> F.linear(ones(2, 3), ones(5, 4))),
        row(ShapeException.class, "cat [2] [2, 2]", () -> cat(List.of(ones(2), ones(2, 2)), 0)),
        row(ShapeException.class, "stack [2] [3]", () -> stack(ones(2), ones(3))),
        row(ShapeException.class, "zeros -1 negative", () -> zeros(2, -1)),
        row(ShapeException.class, "norm: element", () -> ones(0, 3).norm(Double.NEGATIVE_INFINITY)),
        row(
            ShapeException.class,
            "norm: element",
            () -> ones(3, 0).norm(Double.POSITIVE_INFINITY, 1)),
        row(IndexException.class, "sum 2 2", () -> ones(2, 2).sum(2)),
        row(IndexException.class, "transpose -3 2", () -> ones(2, 2).transpose(-3, 0)),
        row(IndexException.class, "size 5 2", () -> ones(2, 2).size(5)),
        row(IndexException.class, "select 7 3", () -> ones(3).get(7)),
        row(IndexException.class, "get 2 1", () -> ones(3).get(0, 0)),
        row(
            IndexException.class,
            "indexSelect 9 3",
            () -> ones(3).indexSelect(0, tensor(9)).item()),
        row(
            IndexException.class,
            "index -4 0 3",
            () -> ones(3, 2).get(tensor(1, -4)).toDoubleArray()),
        row(IndexException.class, "oneHot -1", () -> F.oneHot(tensor(2, -1))),
        row(
            IndexException.class,
            "the class 9223372036854775807",
            () -> F.oneHot(tensor(2, Long.MAX_VALUE))),
        row(
            IndexException.class,
            "crossEntropy 7 3",
            () -> F.crossEntropy(ones(Device.CPU, 2, 3), tensor(Device.CPU, 0, 7))),
        row(DTypeException.class, "requiresGrad_ int64 float", () -> tensor(1).requiresGrad_(true)),
        row(
            DTypeException.class,
            "requiresGrad_ int64 float",
            () -> zeros(options(INT64).requiresGrad(true), 2)),
        row(DTypeException.class, "bitwiseNot float32", () -> ones(2).bitwiseNot()),
        row(
            ShapeException.class,
            "setGrad [2] [3]",
            () -> ones(2).requiresGrad_(true).setGrad(ones(3))),
        row(
            DTypeException.class,
            "setGrad float32 float64",
            () -> ones(2).requiresGrad_(true).setGrad(ones(DType.FLOAT64, 2))),
        row(
            ShapeException.class,
            "backward [2] [3]",
            () -> ones(2).requiresGrad_(true).mul(2).backward(ones(3))),
        row(
            DTypeException.class,
            "backward int64",
            () -> ones(2).requiresGrad_(true).mul(2).backward(tensor(1, 1))),
        row(
            AutogradException.class,
            "backward [2] onesLike",
            () -> ones(2).requiresGrad_(true).mul(2).backward()),
        row(AutogradException.class, "backward requiresGrad_", () -> ones(1).backward()),
        row(AutogradException.class, "backward retainGraph", BadInputTest::backwardTwice),
        row(
            AutogradException.class,
            "add_ leaf noGrad",
            () -> ones(2).requiresGrad_(true).add_(1)),
        row(ShapeException.class, "item [2, 2]", () -> ones(2, 2).item()),
        row(ShapeException.class, "item [0]", () -> ones(0).item()),
        row(OutOfMemoryException.class, "zeros limit " + getDefaultDevice(), () -> zeros(TERA)),
        row(
            OutOfMemoryException.class,
            "zeros limit " + getDefaultDevice(),
            () -> zeros(1 << 20, 1 << 18)),
        row(
            OutOfMemoryException.class,
            "clone limit " + getDefaultDevice(),
            () -> ones(1).expand(TERA).clone()),
        row(ShapeException.class, "zeros 1099511627776 memory", () -> zeros(TERA, TERA)),
        row(
            ShapeException.class,
            "asStrided 0",
            () -> zeros(0).asStrided(new long[] {2}, new long[] {1})),
        row(ShapeException.class, "unbind limit", () -> zeros(TERA, 0).unbind()),
        row(DTypeException.class, "pow -1 FLOAT32", () -> tensor(2, 3).pow(-1)),
        row(DTypeException.class, "add 0.5 FLOAT32", () -> tensor(1, 2).add(tensor(1, 2), 0.5)),
        row(IllegalArgumentException.class, "tensor 300 uint8", () -> tensor(DType.UINT8, 300, -1)),
        row(IllegalArgumentException.class, "tensor -256 uint8", () -> tensor(DType.UINT8, -256)),
        row(IllegalArgumentException.class, "tensor -129 int8", () -> tensor(DType.INT8, 0, -129)),
        row(
            IllegalArgumentException.class,
            "tensor 32768.0 int16",
            () -> tensor(DType.INT16, 32768.0)),
        row(
            IllegalArgumentException.class,
            "tensor 1099511627776 int32",
            () -> tensor(DType.INT32, TERA)),
        row(IllegalArgumentException.class, "tensor NaN int64", () -> tensor(INT64, Double.NaN)),
        row(
            IllegalArgumentException.class,
            "binaryCrossEntropy [0, 1] 1.5",
            () -> F.binaryCrossEntropy(full(Device.CPU, new long[] {2}, 1.5), ones(Device.CPU, 2))),
        row(
            IllegalArgumentException.class,
            "full 300 uint8",
            () -> full(DType.UINT8, new long[] {2}, 300)),
        row(
            IllegalArgumentException.class,
            "fill_ 1e+300 float32 wider",
            () -> ones(2).fill_(1e300)),
        row(
            IllegalArgumentException.class,
            "set 300 uint8",
            () -> zeros(DType.UINT8, 2).set(300, 0)),
        row(
            IllegalArgumentException.class,
            "where -256 uint8",
            () -> where(ones(2).gt(0), zeros(DType.UINT8, 2), -256)),
        row(ShapeException.class, "set: [2] [3]", () -> ones(3).set(ones(2), Index.all())),
        row(ShapeException.class, "set: [2] [3]", () -> ones(3).set(ones(2), tensor(0, 1, 2))),
        row(
            ShapeException.class,
            "set: memory clone",
            () -> ones(1).expand(3).set(1.0, Index.from(1))),
        row(DTypeException.class, "set: float32 int64", () -> ones(3).set(tensor(1), tensor(1))),
        row(IndexException.class, "set: 7 3", () -> ones(3).set(1.0, 7)),
        row(IndexException.class, "set: 2 1", () -> ones(3).set(1.0, 0, 0)),
        row(
            IndexException.class,
            "set: 9 3",
            () -> ones(Device.CPU, 3).set(1.0, tensor(Device.CPU, 9L, 0L))),
        row(
            AutogradException.class,
            "set: leaf noGrad",
            () -> ones(3).requiresGrad_(true).set(1.0, Index.all())),
        row(ClosedTensorException.class, "set: closed close()", () -> ones(2).set(closed(), 0)),
        row(ShapeException.class, "randperm memory", () -> randperm(1L << 60)),
        row(ShapeException.class, "copyTo 3 2", () -> ones(2).copyTo(FloatBuffer.allocate(3))),
        row(ShapeException.class, "Linear -2 3", () -> new Linear(-2, 3)),
        row(ShapeException.class, "hessian [2]", () -> Autograd.hessian(x -> x.square(), ones(2))),
        row(ShapeException.class, "hvp [2]", () -> Autograd.hvp(x -> x.square(), ones(2), ones(2))),
        row(
            ShapeException.class,
            "hvp [3] [2]",
            () -> Autograd.hvp(x -> x.square().sum(), ones(2), ones(3))),
        row(
            ShapeException.class,
            "jvp [3] [2]",
            () -> Autograd.jvp(x -> x.square(), ones(2), ones(3))),
        row(
            ShapeException.class,
            "vjp [3] [2]",
            () -> Autograd.vjp(x -> x.square(), ones(2), ones(3))),
        row(
            IllegalArgumentException.class,
            "jvp 2 1",
            () -> Autograd.jvp(x -> x.get(0), List.of(ones(2)), List.of(ones(2), ones(2)))),
        row(NullPointerException.class, "cat tensors[1]", () -> cat(ones(2), null)),
        row(
            NullPointerException.class,
            "stack tensors[0]",
            () -> stack(Arrays.asList(null, ones(2)))),
        row(NullPointerException.class, "addcmul: null", () -> ones(2).addcmul(null, ones(2))),
        row(NullPointerException.class, "addcmul: null", () -> ones(2).addcmul(ones(2), null)),
        row(NullPointerException.class, "addcdiv_: null", () -> ones(2).addcdiv_(null, ones(2), 2)),
        row(NullPointerException.class, "addmm: null", () -> ones(2, 2).addmm(null, ones(2, 2))),
        row(NullPointerException.class, "clamp: null", () -> ones(2).clamp(null, ones(2))),
        row(NullPointerException.class, "zeros: shape null", () -> zeros((long[]) null)),
        row(NullPointerException.class, "zerosLike: input null", () -> zerosLike(null)),
        row(NullPointerException.class, "tensor: values null", () -> tensor((double[]) null)),
        row(NullPointerException.class, "fromArray: array null", () -> fromArray((float[]) null)),
        row(NullPointerException.class, "resultType: b null", () -> resultType(ones(2), null)),
        row(NullPointerException.class, "add: operand grad()", () -> ones(2).add((Tensor) null)),
        row(NullPointerException.class, "relu: x null", () -> F.relu(null)),
        row(NullPointerException.class, "linear: weight null", () -> F.linear(ones(2), null)),
        row(NullPointerException.class, "silu: x null", () -> new SiLU().forward(null)),
        row(NullPointerException.class, "mseLoss: target null", () -> F.mseLoss(ones(2), null)),
        row(
            NullPointerException.class,
            "nllLoss: reduction null",
            () -> F.nllLoss(ones(2), tensor(1), (Reduction) null)),
        row(
            NullPointerException.class,
            "grad: output null",
            () -> Autograd.grad((Tensor) null, ones(2))),
        row(
            NullPointerException.class,
            "grad: inputs[0] null",
            () -> Autograd.grad(
                List.of(ones(2)), Arrays.asList((Tensor) null), GradOptions.defaults())),
        row(
            NullPointerException.class,
            "jvp: v null",
            () -> Autograd.jvp(x -> x.square(), ones(2), null)),
        row(
            NullPointerException.class,
            "gradcheck: input null",
            () -> GradCheck.gradcheck(x -> x.square(), null)),
        row(NullPointerException.class, "keep: tensor null", BadInputTest::keepsNothing),
        row(
            NullPointerException.class,
            "SGD: parameters[1] null",
            () -> new SGD(Arrays.asList(ones(2).requiresGrad_(true), null), 0.1)),
        row(NullPointerException.class, "shape null", () -> ones(2).view((long[]) null)),
        row(
            NullPointerException.class,
            "gradOutputs null",
            () -> GradOptions.defaults().gradOutputs((Tensor[]) null)),
        row(
            NullPointerException.class,
            "gradOutputs[0]",
            () -> GradOptions.defaults().gradOutputs((Tensor) null)),
        row(NullPointerException.class, "where condition", () -> where(null, ones(2), 1.0)),
        row(
            NullPointerException.class,
            "where b",
            () -> where(ones(2).gt(0), ones(2), (Tensor) null)),
        row(NullPointerException.class, "get indices[0]", () -> ones(2).get((Index) null)),
        row(NullPointerException.class, "set value", () -> ones(2).set((Tensor) null, 0)),
        row(IllegalArgumentException.class, "DType.of 99", () -> DType.of(99)),
        row(DeviceException.class, "cuda:99", () -> ones(2).to(Device.cuda(99))),
        row(IllegalArgumentException.class, "gpu", () -> Device.of("gpu")),
        row(ClosedTensorException.class, "add: closed close()", () -> closed().add(1)),
        row(ClosedTensorException.class, "mul: closed close()", () -> ones(2).mul(closed())),
        row(ClosedTensorException.class, "cat: closed close()", () -> cat(ones(2), closed())),
        row(
            ClosedTensorException.class,
            "shape: closed Scope keep",
            () -> leftBehind().shape()),
        row(
            ClosedTensorException.class,
            "linear: closed Scope keep",
            () -> F.linear(ones(2), leftBehind())),
        row(IllegalStateException.class, "Scope.close", BadInputTest::closesOutOfOrder));
  }

  private static Tensor closed() {
    Tensor t = ones(2);
    t.close();
    return t;
  }

  private static Tensor leftBehind() {
    try (Scope scope = Scope.open()) {
      return ones(2);
    }
  }

  private static void backwardTwice() {
    Tensor loss = ones(2).requiresGrad_(true).square().sum();
    loss.backward();
    loss.backward();
  }

  private static void keepsNothing() {
    try (Scope scope = Scope.open()) {
      scope.keep(null);
    }
  }

  private static void closesOutOfOrder() {
    try (Scope outer = Scope.open();
        Scope inner = Scope.open()) {
      outer.close();
    }
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("mistakes")
  void isRefused(Class<? extends Exception> type, String words, Executable mistake) {
    Usage before = Usage.now();
    try (Scope scope = Scope.open()) {
      String message = String.valueOf(assertThrows(type, mistake).getMessage());
      for (String word : words.split("(?<![,]) ")) {
        assertTrue(message.contains(word), () -> "\"" + word + "\" is not in: " + message);
      }
    }
    assertEquals(before, Usage.now());
    try (Scope scope = Scope.open();
        GradMode mode = Retrograd.noGrad()) {
      assertEquals(4, ones(2, 2).sum().item(), "life goes on");
    }
  }

  /** An error names the operation that was called, which ends in an underscore where it writes in place. */
  @Test
  void errorsOfWritesInPlaceHaveTheirName() {
    try (Scope scope = Scope.open()) {
      Tensor x = tensor(1.0, 2.0),
          three = ones(3),
          whole = tensor(1L, 2L),
          leaf = tensor(1.0, 2.0).requiresGrad_(true);
      Map<String, Executable> calls = new LinkedHashMap<>();
      calls.put("add_", () -> x.add_(three));
      calls.put("div_", () -> whole.div_(2));
      calls.put("pow_", () -> whole.pow_(-1));
      calls.put("clampMax_", () -> x.clampMax_(three));
      calls.put("maskedFill_", () -> x.maskedFill_(whole, 1));
      calls.put("neg_", () -> tensor(true, false).neg_());
      calls.put("addcmul_", () -> leaf.addcmul_(x, x, 1));
      calls.put("add", () -> x.add(three)); // the one after an error in place
      calls.forEach((name, call) -> {
        String message = assertThrows(RuntimeException.class, call).getMessage();
        assertTrue(message.startsWith(name + ": "), message);
      });
    }
  }
}
