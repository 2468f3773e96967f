package io.retrograd.internal.presets;

import org.bytedeco.javacpp.annotation.Platform;
import org.bytedeco.javacpp.annotation.Properties;
import org.bytedeco.javacpp.tools.Info;
import org.bytedeco.javacpp.tools.InfoMap;

/** Makes {@code io.retrograd.internal.Engine} from native/engine/engine.h. */
@Properties(
    value =
        @Platform(
            value = "linux-x86_64",
            compiler = "cpp20",
            include = {"jni/adapters.h", "engine/engine.h"},
            link = "retrograd",
            library = "jniretrograd"),
    target = "io.retrograd.internal.Engine",
    helper = "io.retrograd.internal.Library")
public final class EnginePreset extends Binding {
  @Override
  public void map(InfoMap map) {
    super.map(map);
    // Interfaces that Java implements, and what takes them: native/jni/callbacks.h
    map.put(new Info("retrograd::CustomBackward", "retrograd::TensorHook").skip());
    map.put(new Info(
            "retrograd::attachFunction",
            "retrograd::addHook",
            "retrograd::addPostAccumulateHook",
            "retrograd::fromDevicePointer")
        .skip());
  }
}
