package io.retrograd.internal.presets;

import org.bytedeco.javacpp.tools.Info;
import org.bytedeco.javacpp.tools.InfoMap;
import org.bytedeco.javacpp.tools.InfoMapper;

/**
 * How the types in the engine's headers appear in Java: tensors and graph nodes as {@code long} handles, shapes as
 * {@code long[]}, dtypes and devices as {@code int}. No {@code Pointer} objects anywhere. The adapters named here are
 * in native/jni/adapters.h.
 */
abstract class Binding implements InfoMapper {
  /** An operand is one of four overloads: a tensor, a floating number, an integer or a truth value. */
  static final String[] OPERANDS = {
    adapter("OperandArgument", "long"),
    "double",
    adapter("WholeArgument", "@Raw io.retrograd.internal.Whole"),
    "@Cast(\"bool\") boolean"
  };

  @Override
  public void map(InfoMap map) {
    map.put(new Info("RETROGRAD_API").cppTypes().annotations());
    map.put(new Info("adapters.h").skip());
    map.put(new Info("bool").cast().valueTypes("boolean"));
    map.put(new Info("int64_t").cast().valueTypes("long"));

    argument(map, "retrograd::Tensor", adapter("TensorArgument", "long"));
    argument(map, "retrograd::OptionalTensor", adapter("OptionalTensorArgument", "long"));
    argument(map, "std::vector<retrograd::Tensor>", adapter("TensorsArgument", "@Raw long[]"));
    argument(map, "retrograd::Dims", adapter("DimsArgument", "@Raw long[]"));
    argument(map, "retrograd::PerDim", adapter("DimsArgument", "@Raw long[]"));
    argument(map, "std::vector<double>", adapter("DoublesArgument", "@Raw double[]"));
    argument(map, "std::string", adapter("StringArgument", "@Raw String"));
    argument(map, "retrograd::Node", adapter("NodeArgument", "long"));
    argument(map, "retrograd::Operand", OPERANDS);

    result(map, "retrograd::Tensor", adapter("TensorResult", "long"));
    result(map, "std::vector<retrograd::Tensor>", adapter("HandlesResult", "@Raw long[]"));
    result(map, "retrograd::Dims", adapter("DimsResult", "@Raw long[]"));
    result(map, "std::string", adapter("StringResult", "@Raw String"));
    result(map, "std::vector<std::string>", adapter("StringsResult", "@Raw String[]"));
    result(map, "retrograd::Ref<Node>", adapter("NodeResult", "long"));
    result(map, "std::vector<retrograd::Ref<Node> >", adapter("HandlesResult", "@Raw long[]"));

    map.put(new Info("retrograd::Into").valueTypes(adapter("IntoArgument", "boolean")));
    map.put(new Info("retrograd::Reduction").valueTypes(adapter("ReductionArgument", "int")));

    // By value both ways.
    result(map, "retrograd::DType", adapter("DTypeCode", "int"));
    result(map, "retrograd::Device", adapter("DeviceCode", "int"));
  }

  static String adapter(String name, String java) {
    return "@Cast(\"retrograd::jni::" + name + "\") " + java;
  }

  private static void argument(InfoMap map, String cpp, String... java) {
    map.put(new Info("const " + cpp).valueTypes(java));
  }

  private static void result(InfoMap map, String cpp, String java) {
    map.put(new Info(cpp).valueTypes(java));
  }
}
