package io.retrograd;

import static io.retrograd.DType.FLOAT64;
import static io.retrograd.DType.INT32;
import static io.retrograd.Retrograd.arange;
import static io.retrograd.Retrograd.eye;
import static io.retrograd.Retrograd.fromArray;
import static io.retrograd.Retrograd.linspace;
import static io.retrograd.Retrograd.ones;
import static io.retrograd.Retrograd.options;
import static io.retrograd.Retrograd.randint;
import static io.retrograd.Retrograd.stack;
import static io.retrograd.Retrograd.tensor;
import static io.retrograd.Retrograd.zeros;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Expected texts are what PyTorch prints for the same values. */
class PrinterTest {
  private static void prints(String expected, Tensor t) {
    assertEquals(expected.stripTrailing(), Shown.text(t));
  }

  @Test
  void numbers() {
    prints("tensor(2.)", tensor(2.0));
    prints("tensor(3.1416)", tensor(3.14159));
    prints("tensor(7)", tensor(7));
    prints("tensor(True)", tensor(true));
    prints("tensor(1.0000e+10)", tensor(1e10));
    prints("tensor(-0.)", tensor(-0.0));
    prints("tensor(inf)", tensor(Double.POSITIVE_INFINITY));
  }

  @Test
  void vectors() {
    prints("tensor([0., 0., 0.])", zeros(3));
    prints("tensor([ 3.,  7., 11., 15.])", tensor(3.0, 7.0, 11.0, 15.0));
    prints("tensor([  82.6000, 4517.2969])", tensor(82.6, 4517.2969));
    prints(
        "tensor([-17.3012,   5.3671], requires_grad=True)",
        tensor(-17.3012, 5.3671).requiresGrad_(true));
    prints("tensor([0, 1, 2, 3, 4])", arange(5));
    prints("tensor([-1, 10])", tensor(-1, 10));
    prints("tensor([ True, False])", tensor(true, false));
  }

  @Test
  void scientific() {
    prints("tensor([1.0000e-05, 1.0000e+00])", tensor(1e-5, 1.0));
    prints("tensor([1.0000e+00, 1.0000e+04])", tensor(1.0, 1e4));
    prints("tensor([1000.,    1.])", tensor(1000.0, 1.0));
    prints("tensor([-1.0000e+00,  1.2346e+04])", tensor(-1.0, 12345.678));
    prints("tensor(9.9990e-05)", tensor(9.999e-5));
    prints("tensor([1.0000e+100,  1.0000e+00], dtype=torch.float64)", tensor(FLOAT64, 1e100, 1.0));
  }

  @Test
  void notNumbers() {
    prints("tensor([nan, 1., inf])", tensor(Double.NaN, 1, Double.POSITIVE_INFINITY));
    prints("tensor([1.5000,    nan,   -inf])", tensor(1.5, Double.NaN, Double.NEGATIVE_INFINITY));
    prints("tensor([nan, 0.])", tensor(Double.NaN, 0));
  }

  @Test
  void roundsTheExactValueHalvesToEven() {
    prints("tensor([0.1250, 0.0312, 0.0938])", tensor(0.125, 0.03125, 0.09375));
    prints("tensor([2.0000, 0.3333])", tensor(2, 1 / 3.0));
  }

  @Test
  void suffixes() {
    prints("tensor([1, 2, 3], dtype=torch.int32)", fromArray(new int[] {1, 2, 3}));
    prints("tensor([1.], dtype=torch.float64)", tensor(FLOAT64, new double[] {1}));
    prints(
        "tensor([1.], dtype=torch.float64, requires_grad=True)",
        tensor(options(FLOAT64).requiresGrad(true), new double[] {1}));
    prints("tensor(3, dtype=torch.uint8)", tensor(DType.UINT8, 3));
    prints("tensor([-3,  4], dtype=torch.int8)", tensor(DType.INT8, -3, 4));
    prints("tensor([-300], dtype=torch.int16)", fromArray(new short[] {-300}));
    Tensor t = tensor(FLOAT64, 1.0);
    String device = t.device().isCuda() ? "device='" + t.device() + "', " : "";
    assertEquals("tensor(1., " + device + "dtype=torch.float64)", t.toString());
  }

  @Test
  void empty() {
    prints("tensor([])", zeros(0));
    prints("tensor([], size=(2, 0))", zeros(2, 0));
    prints("tensor([], dtype=torch.int64)", zeros(DType.INT64, 0));
    prints("tensor([], size=(0, 3), dtype=torch.int32)", zeros(INT32, 0, 3));
  }

  @Test
  void matrices() {
    prints("""
        tensor([[1., 2.],
                [3., 4.],
                [5., 6.],
                [7., 8.]])""", tensor(new double[][] {{1, 2}, {3, 4}, {5, 6}, {7, 8}}));
    prints("""
        tensor([[31., 19.],
                [85., 55.]])""", tensor(new double[][] {{31, 19}, {85, 55}}));
    prints("""
        tensor([[1., 0., 0.],
                [0., 1., 0.],
                [0., 0., 1.]])""", eye(3));
  }

  @Test
  void threeDimensions() {
    prints("""
        tensor([[[ 0,  1,  2,  3],
                 [ 4,  5,  6,  7],
                 [ 8,  9, 10, 11]],

                [[12, 13, 14, 15],
                 [16, 17, 18, 19],
                 [20, 21, 22, 23]]])""", arange(24).reshape(2, 3, 4));
  }

  @Test
  void longLinesWrap() {
    prints("""
        tensor([0.0000, 0.2618, 0.5236, 0.7854, 1.0472, 1.3090, 1.5708, 1.8326, 2.0944,
                2.3562, 2.6180, 2.8798, 3.1416, 3.4034, 3.6652, 3.9270, 4.1888, 4.4506,
                4.7124, 4.9742, 5.2360, 5.4978, 5.7596, 6.0214, 6.2832],
               requires_grad=True)""", linspace(options().requiresGrad(true), 0, 2 * Math.PI, 25));
    prints("""
        tensor([ 0,  1,  2,  3,  4,  5,  6,  7,  8,  9, 10, 11, 12, 13, 14, 15, 16, 17,
                18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29])""", arange(30));
  }

  @Test
  void summaries() {
    prints("tensor([   0,    1,    2,  ..., 1997, 1998, 1999])", arange(2000));
    prints("""
        tensor([[1., 1., 1.,  ..., 1., 1., 1.],
                [1., 1., 1.,  ..., 1., 1., 1.],
                [1., 1., 1.,  ..., 1., 1., 1.],
                ...,
                [1., 1., 1.,  ..., 1., 1., 1.],
                [1., 1., 1.,  ..., 1., 1., 1.],
                [1., 1., 1.,  ..., 1., 1., 1.]])""", ones(100, 50));
    prints("""
        tensor([[   0,    1],
                [   2,    3],
                [   4,    5],
                ...,
                [1194, 1195],
                [1196, 1197],
                [1198, 1199]])""", arange(1200).view(600, 2));
    assertTrue(randint(0, 9, 10, 10, 11).toString().contains("...,\n\n        [["));
  }

  @Test
  void gradientsOfDocuments() {
    Tensor x = arange(10.0).requiresGrad_(true);
    Tensor y = arange(10.0).requiresGrad_(true);
    Tensor z = arange(10.0).requiresGrad_(true);
    Tensor b =
        stack(List.of(x.pow(3).sub(y.pow(2)), y.pow(2).add(z.pow(2)), z.pow(3).sub(x.pow(2))), 1);
    prints("""
        tensor([[  0.,   0.,   0.],
                [  0.,   2.,   0.],
                [  4.,   8.,   4.],
                [ 18.,  18.,  18.],
                [ 48.,  32.,  48.],
                [100.,  50., 100.],
                [180.,  72., 180.],
                [294.,  98., 294.],
                [448., 128., 448.],
                [648., 162., 648.]], grad_fn=<StackBackward0>)""", b);
    Tensor p = tensor(0.0, 1.0).requiresGrad_(true);
    prints("tensor(1., grad_fn=<SelectBackward0>)", p.get(1));
    prints(
        "tensor(2., grad_fn=<SumBackward0>)",
        tensor(1.0, 1.0).requiresGrad_(true).pow(2).sum());
    Tensor m = tensor(new double[][] {{1, 2}, {3, 4}, {5, 6}, {7, 8}});
    prints(
        "tensor([ 3.,  7., 11., 15.], grad_fn=<MvBackward0>)",
        m.matmul(ones(2).requiresGrad_(true)));
  }

  @Test
  void closed() {
    Tensor t = ones(2);
    t.close();
    assertEquals("tensor(closed)", t.toString());
  }
}
