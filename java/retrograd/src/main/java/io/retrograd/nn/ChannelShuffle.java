package io.retrograd.nn;

import io.retrograd.Tensor;

/**
 * [batch, channels, ...] with the channels, divided into groups, in another order: the first of all groups, and so on.
 * Several threads may share it as they may any {@link Module}.
 */
public final class ChannelShuffle extends Module {
  private final long groups;

  /**
   * A layer.
   *
   * @param groups into how many groups the channels are divided
   */
  public ChannelShuffle(long groups) {
    this.groups = groups;
  }

  @Override
  public Tensor forward(Tensor x) {
    return F.channelShuffle(x, groups);
  }

  @Override
  protected String describe() {
    return "groups=" + groups;
  }
}
