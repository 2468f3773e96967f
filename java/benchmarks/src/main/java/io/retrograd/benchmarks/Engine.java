package io.retrograd.benchmarks;

import java.util.Arrays;
import java.util.List;

/** The work of the comparison, as one library does it. */
interface Engine {
  /** The case whose memory is compared, too. */
  String NETWORK = "784-512-512-10 step, batch 128, Adam";

  String CONVOLUTION = "conv2d 3x3, 64 to 64, [32, 64, 56, 56], forward and backward";
  String DEPTHWISE = "depthwise conv2d 3x3, [32, 64, 56, 56], forward and backward";
  String CONVOLUTIONAL = "training step of a CNN, [64, 1, 28, 28], Adam";
  String MAX_POOL = "maxPool2d 3x3, stride 2, [32, 64, 112, 112], forward and backward";
  String SMALL_MAX_POOL = "maxPool2d 2x2, [64, 1, 32, 32], forward and backward";
  String AVG_POOL = "avgPool2d 2x2, [32, 64, 112, 112], forward and backward";
  String SMALL_AVG_POOL = "avgPool2d 2x2, [64, 1, 32, 32], forward and backward";

  /** A normalization of an input of that shape, forward and backward, small ones and large. */
  record Normalizing(String operation, long... shape) {
    static final List<Normalizing> ALL = List.of(
        new Normalizing("batchNorm", 64, 1024),
        new Normalizing("batchNorm", 32, 64, 8, 8),
        new Normalizing("batchNorm", 32, 64, 56, 56),
        new Normalizing("layerNorm", 64, 1024),
        new Normalizing("layerNorm", 8192, 1024),
        new Normalizing("groupNorm", 64, 1024),
        new Normalizing("groupNorm", 32, 64, 8, 8),
        new Normalizing("groupNorm", 32, 64, 56, 56),
        new Normalizing("softmax", 64, 1024),
        new Normalizing("softmax", 8192, 1024));

    /** Elements of a weight: those of dimension 1. */
    long width() {
      return shape[1];
    }

    @Override
    public String toString() {
      return operation + " " + Arrays.toString(shape) + ", forward and backward";
    }
  }

  /** All cases, with the same names in the same order for every engine. */
  List<Case> cases();

  void threads(int n);
}
