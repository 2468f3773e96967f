package io.retrograd.misuse;

import static io.retrograd.Retrograd.arange;
import static io.retrograd.Retrograd.cat;
import static io.retrograd.Retrograd.empty;
import static io.retrograd.Retrograd.fromArray;
import static io.retrograd.Retrograd.full;
import static io.retrograd.Retrograd.ones;
import static io.retrograd.Retrograd.rand;
import static io.retrograd.Retrograd.randint;
import static io.retrograd.Retrograd.stack;
import static io.retrograd.Retrograd.tensor;
import static io.retrograd.Retrograd.where;
import static io.retrograd.Retrograd.zeros;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.retrograd.DType;
import io.retrograd.Index;
import io.retrograd.ShapeException;
import io.retrograd.Tensor;
import io.retrograd.autograd.Autograd;
import io.retrograd.nn.F;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;

/** A tensor has at most 64 dimensions: with 64 all works, whatever would have more is refused. */
class RankTest {
  private static final int MOST = 64;

  /** Sizes 1, and the last ones as given. */
  private static long[] shape(int rank, long... last) {
    long[] shape = new long[rank];
    Arrays.fill(shape, 1);
    System.arraycopy(last, 0, shape, rank - last.length, last.length);
    return shape;
  }

  private static Index[] axes(int n) {
    return Collections.nCopies(n, Index.newAxis()).toArray(new Index[0]);
  }

  @TestFactory
  List<DynamicTest> moreIsRefused() {
    Tensor most = ones(shape(MOST));
    long[] more = shape(MOST + 1);
    long[] many = shape(100_000);
    Map<String, Executable> calls = new LinkedHashMap<>();
    calls.put("zeros", () -> zeros(more));
    calls.put("ones", () -> ones(more));
    calls.put("empty", () -> empty(more));
    calls.put("full", () -> full(more, 1.0));
    calls.put("rand", () -> rand(more));
    calls.put("randint", () -> randint(0, 5, more));
    calls.put("fromArray", () -> fromArray(new float[1], more));
    calls.put("zeros of many", () -> zeros(many));
    calls.put("zeros without elements", () -> zeros(new long[MOST + 1]));
    calls.put("view", () -> ones(1).view(more));
    calls.put("view of many", () -> ones(1).view(many));
    calls.put("reshape", () -> ones(2, 2).t().reshape(shape(MOST + 1, 4)));
    calls.put("expand", () -> ones(1).expand(more));
    calls.put("expand of many", () -> ones(1).expand(many));
    calls.put("repeat", () -> ones(1).repeat(more));
    calls.put("asStrided", () -> ones(1).asStrided(more, more));
    calls.put("unsqueeze", () -> most.unsqueeze(0));
    calls.put("unsqueeze at the end", () -> most.unsqueeze(-1));
    calls.put("get", () -> most.get(Index.newAxis()));
    calls.put("get of many", () -> ones(1).get(axes(MOST)));
    calls.put("get of a truth value", () -> most.get(tensor(true)));
    calls.put("get of rows", () -> most.get(zeros(DType.INT64, 2, 2)));
    calls.put("set", () -> most.set(1.0, Index.newAxis()));
    calls.put("set of many", () -> ones(1).set(1.0, axes(MOST)));
    calls.put(
        "indexSelect by many", () -> ones(1).get(zeros(DType.INT64, shape(MOST)), Index.newAxis()));
    calls.put("stack", () -> stack(most, most));
    calls.put("oneHot", () -> F.oneHot(zeros(DType.INT64, shape(MOST)), 2));
    calls.put("outer jacobian", () -> Autograd.jacobian(x -> x.mul(2), ones(shape(33))));
    return calls.entrySet().stream()
        .map(call -> DynamicTest.dynamicTest(call.getKey(), () -> {
          String message = assertThrows(ShapeException.class, call.getValue()).getMessage();
          assertTrue(message.contains("at most 64 dimensions"), message);
          assertTrue(message.length() < 400, () -> "a message of " + message.length());
        }))
        .toList();
  }

  /** The same values and gradients as with two dimensions. */
  @TestFactory
  List<DynamicTest> asManyWork() {
    Map<String, UnaryOperator<Tensor>> calls = new LinkedHashMap<>();
    calls.put("mul", x -> x.mul(x));
    calls.put("add", x -> x.transpose(-1, -2).add(x.transpose(-1, -2)));
    calls.put("broadcast", x -> x.mul(tensor(1.0, 2.0, 3.0)));
    calls.put("nonzero", x -> x.mul(x.nonzero().sum()));
    calls.put("get by a mask", x -> x.get(x.gt(0)));
    calls.put("sum", x -> x.sum());
    calls.put("sum of a dimension", x -> x.sum(-1));
    calls.put("mean", x -> x.mean(-2));
    calls.put("prod", x -> x.prod(-1));
    calls.put("amax", x -> x.amax(-1));
    calls.put("max", x -> x.max(-1).values());
    calls.put("var", x -> x.var(-1));
    calls.put("norm", x -> x.norm(2, -1));
    calls.put("cumsum", x -> x.cumsum(-1));
    calls.put("softmax", x -> x.softmax(-1));
    calls.put("logsumexp", x -> x.logsumexp(-2));
    calls.put("matmul", x -> x.matmul(x.transpose(-1, -2)));
    calls.put("matmul with a vector", x -> x.matmul(ones(3)));
    calls.put("squeeze", x -> x.squeeze());
    calls.put("flatten", x -> x.flatten());
    calls.put("clone of a transpose", x -> x.transpose(-1, -2).contiguous());
    calls.put("select", x -> x.select(-1, 1));
    calls.put("narrow", x -> x.narrow(-1, 1, 2));
    calls.put("index", x -> x.get(Index.ellipsis(), tensor(0L, 2L)));
    calls.put("indexSelect", x -> x.indexSelect(-1, tensor(0L, 2L)));
    calls.put("gather", x -> x.gather(-1, x.detach().argmax(-1, true)));
    calls.put("maskedSelect", x -> x.maskedSelect(x.detach().gt(2)));
    calls.put("where", x -> where(x.detach().gt(2), x, 1.0));
    calls.put("flip", x -> x.flip(-1));
    calls.put("tril", x -> x.tril());
    calls.put("cat", x -> cat(List.of(x, x), -1));
    calls.put("diagonal", x -> x.diagonal(0, -2, -1));
    calls.put("repeat", x -> x.dim() == 2 ? x.repeat(2, 2) : x.repeat(shape(MOST, 2, 2)));
    calls.put("relu_", x -> x.clone().relu_());
    return calls.entrySet().stream()
        .map(call -> DynamicTest.dynamicTest(call.getKey(), () -> compare(call.getValue())))
        .toList();
  }

  private static void compare(UnaryOperator<Tensor> function) {
    double[][] values = new double[2][];
    double[][] gradients = new double[2][];
    for (int i = 0; i < 2; i++) {
      Tensor x =
          arange(6.0).reshape(i == 0 ? new long[] {2, 3} : shape(MOST, 2, 3)).requiresGrad_(true);
      Tensor y = function.apply(x);
      values[i] = y.detach().contiguous().toDoubleArray();
      y.square().sum().backward();
      gradients[i] = x.grad().toDoubleArray();
    }
    assertArrayEquals(values[0], values[1], 1e-6);
    assertArrayEquals(gradients[0], gradients[1], 1e-4);
  }

  /** Nothing is merged, so that each dimension is one to the kernels too. */
  @Test
  void longDimensions() {
    long[] sizes = new long[MOST];
    Tensor nothing = zeros(sizes);
    assertEquals(0, nothing.add(nothing.transpose(0, 1)).numel());
    assertEquals(0, nothing.sum().item());
    assertEquals(0, nothing.transpose(0, 5).sum(3).numel());
    assertEquals(0, nothing.transpose(0, 5).cumsum(3).softmax(7).numel());
    assertEquals(
        0,
        nothing.transpose(0, 5).contiguous().indexSelect(2, tensor(new long[0])).numel());
    assertEquals(0, nothing.repeat(shape(MOST, 3)).numel());
    long[] halves = shape(MOST, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2);
    long[] turned = new long[MOST];
    for (int i = 0; i < MOST; i++) turned[i] = MOST - 1 - i;
    Tensor x = arange(4096.0).view(halves).permute(turned);
    assertEquals(4095 * 4096 / 2.0, x.add(x.clone()).sum().item() / 2);
  }
}
