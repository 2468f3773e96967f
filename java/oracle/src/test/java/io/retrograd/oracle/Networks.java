package io.retrograd.oracle;

import static io.retrograd.DType.FLOAT64;
import static io.retrograd.Retrograd.cat;
import static io.retrograd.Retrograd.options;

import io.retrograd.Options;
import io.retrograd.Tensor;
import io.retrograd.nn.BatchNorm2d;
import io.retrograd.nn.Conv2d;
import io.retrograd.nn.ConvOptions;
import io.retrograd.nn.ConvTranspose2d;
import io.retrograd.nn.Dropout;
import io.retrograd.nn.F;
import io.retrograd.nn.Linear;
import io.retrograd.nn.Module;
import io.retrograd.nn.NormOptions;
import io.retrograd.nn.Reduction;
import java.util.List;

/** Small networks as a user writes them, in float64. */
final class Networks {
  private static final Options DOUBLE = options(FLOAT64);

  private Networks() {}

  private static Conv2d conv(long in, long out, long kernel, ConvOptions conv) {
    return new Conv2d(DOUBLE, in, out, new long[] {kernel}, conv);
  }

  private static Linear linear(long in, long out) {
    return new Linear(DOUBLE, in, out, true);
  }

  /** Y. LeCun et al., 1998, on images [N, 1, 16, 16]. */
  static final class LeNet extends Module {
    private final Conv2d conv1 = conv(1, 6, 5, ConvOptions.padding(2));
    private final Conv2d conv2 = conv(6, 16, 5, ConvOptions.defaults());
    private final Linear fc1 = linear(64, 24);
    private final Linear fc2 = linear(24, 10);
    private final Dropout dropout;

    LeNet(double p) {
      dropout = new Dropout(p);
    }

    @Override
    public Tensor forward(Tensor x) {
      x = F.maxPool2d(conv1.call(x).relu(), 2);
      x = F.maxPool2d(conv2.call(x).relu(), 2);
      return fc2.call(dropout.call(fc1.call(x.flatten(1)).relu()));
    }
  }

  /** A block of K. He et al., 2016, with what stands around it, on images [N, 3, 8, 8]. */
  static final class ResNet extends Module {
    private final Conv2d stem = conv(3, 6, 3, ConvOptions.padding(1).withBias(false));
    private final BatchNorm2d norm = new BatchNorm2d(DOUBLE, 6, NormOptions.defaults());
    private final Block block = new Block(6, 8, 2);
    private final Linear head = linear(8, 5);

    @Override
    public Tensor forward(Tensor x) {
      x = block.call(norm.call(stem.call(x)).relu());
      return head.call(F.adaptiveAvgPool2d(x, 1).flatten(1));
    }
  }

  static final class Block extends Module {
    private final Conv2d conv1;
    private final BatchNorm2d bn1;
    private final Conv2d conv2;
    private final BatchNorm2d bn2;
    private final Conv2d down;
    private final BatchNorm2d bnDown;

    Block(long in, long out, long stride) {
      ConvOptions plain = ConvOptions.padding(1).withBias(false);
      conv1 = conv(in, out, 3, plain.withStride(stride));
      bn1 = new BatchNorm2d(DOUBLE, out, NormOptions.defaults());
      conv2 = conv(out, out, 3, plain);
      bn2 = new BatchNorm2d(DOUBLE, out, NormOptions.defaults());
      down = conv(in, out, 1, ConvOptions.stride(stride).withBias(false));
      bnDown = new BatchNorm2d(DOUBLE, out, NormOptions.defaults());
    }

    @Override
    public Tensor forward(Tensor x) {
      Tensor y = bn2.call(conv2.call(bn1.call(conv1.call(x)).relu()));
      return y.add(bnDown.call(down.call(x))).relu();
    }
  }

  /** O. Ronneberger et al., 2015, of two levels, on images [N, 1, 8, 8]. */
  static final class UNet extends Module {
    private final Conv2d enc1 = conv(1, 4, 3, ConvOptions.padding(1));
    private final Conv2d enc2 = conv(4, 8, 3, ConvOptions.padding(1));
    private final ConvTranspose2d up =
        new ConvTranspose2d(DOUBLE, 8, 4, new long[] {2}, ConvOptions.stride(2));
    private final Conv2d dec = conv(8, 4, 3, ConvOptions.padding(1));
    private final Conv2d out = conv(4, 1, 1, ConvOptions.defaults());

    @Override
    public Tensor forward(Tensor x) {
      Tensor first = enc1.call(x).relu();
      Tensor second = enc2.call(F.maxPool2d(first, 2)).relu();
      Tensor joined = cat(List.of(up.call(second), first), 1);
      return out.call(dec.call(joined).relu());
    }
  }

  /** D. Kingma and M. Welling, 2014, on rows [N, 12]; the noise is given. */
  static final class Vae extends Module {
    private final Linear enc = linear(12, 10);
    private final Linear mu = linear(10, 3);
    private final Linear logvar = linear(10, 3);
    private final Linear dec1 = linear(3, 10);
    private final Linear dec2 = linear(10, 12);

    Tensor loss(Tensor x, Tensor noise) {
      Tensor h = enc.call(x).tanh();
      Tensor mean = mu.call(h);
      Tensor log = logvar.call(h);
      Tensor z = mean.add(log.mul(0.5).exp().mul(noise));
      Tensor y = dec2.call(dec1.call(z).relu());
      Tensor kl = log.add(1).sub(mean.square()).sub(log.exp()).sum().mul(-0.5);
      return F.binaryCrossEntropyWithLogits(y, x, Reduction.SUM).add(kl).div(x.size(0));
    }
  }

  /** The generator of A. Radford et al., 2016, from [N, 4, 2, 2] to images [N, 1, 8, 8]. */
  static final class Generator extends Module {
    private final ConvTranspose2d up1 = new ConvTranspose2d(
        DOUBLE, 4, 6, new long[] {4}, ConvOptions.stride(2).withPadding(1).withBias(false));
    private final BatchNorm2d norm = new BatchNorm2d(DOUBLE, 6, NormOptions.defaults());
    private final ConvTranspose2d up2 =
        new ConvTranspose2d(DOUBLE, 6, 1, new long[] {4}, ConvOptions.stride(2).withPadding(1));

    @Override
    public Tensor forward(Tensor z) {
      return up2.call(norm.call(up1.call(z)).relu()).tanh();
    }
  }

  /** Its discriminator. */
  static final class Discriminator extends Module {
    private final Conv2d down1 = conv(1, 4, 4, ConvOptions.stride(2).withPadding(1));
    private final Conv2d down2 =
        conv(4, 6, 4, ConvOptions.stride(2).withPadding(1).withBias(false));
    private final BatchNorm2d norm = new BatchNorm2d(DOUBLE, 6, NormOptions.defaults());
    private final Linear head = linear(24, 1);

    @Override
    public Tensor forward(Tensor x) {
      x = F.leakyRelu(down1.call(x), 0.2);
      x = F.leakyRelu(norm.call(down2.call(x)), 0.2);
      return head.call(x.flatten(1));
    }
  }
}
