import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Writes the mechanical part of the Java API, in marked regions of its classes, from the declarations in native/ops.
 *
 * <p>Usage: java scripts/Facade.java [--check] [ROOT]. With --check it writes nothing and fails where a region is stale.
 * ROOT is the repository, by default the present folder.
 *
 * <p>Each declaration's comment ends in a tag: [native] for what Java calls by hand, else the classes that get a method,
 * [Tensor, F]; under another name, [Tensor.max]; with several results as a record, [Tensor.max -> ValuesAndIndices].
 * After a semicolon, "numbers: double, long" lists what an Operand may be beside a tensor (these two where nothing is
 * said, "none" for none), "mixed numbers" means that each operand is one or the other by itself, and "dtype: int64"
 * names the default of a function that makes tensors. Parameters with defaults may be left out from the end; `Into`
 * gives a second method, in place. What is not understood is an error with file and line.
 */
public class Facade {
  record Param(String type, String name, String initial) {
    boolean is(String t) {
      return type.equals(t);
    }

    boolean isTensor() {
      return is("Tensor") || is("OptionalTensor") || is("std::vector<Tensor>");
    }
  }

  /** The comment's text, its block tags, and what the tag in brackets says. */
  record Doc(String text, List<String> blocks, Map<String, String> targets, String record, List<String> numbers,
      boolean mixed, String dtype) {}

  record Op(String where, Doc doc, String result, String name, List<Param> params, boolean into, boolean creates) {}

  record Family(String heading, List<Op> ops) {}

  static final Map<String, String> FILES = Map.of(
      "Tensor", "Tensor.java", "Retrograd", "Retrograd.java", "F", "nn/F.java");
  static final Map<String, String> JAVA = Map.ofEntries(
      Map.entry("Tensor", "Tensor"), Map.entry("OptionalTensor", "@Nullable Tensor"),
      Map.entry("std::vector<Tensor>", "List<Tensor>"), Map.entry("double", "double"), Map.entry("int64_t", "long"),
      Map.entry("bool", "boolean"), Map.entry("Dims", "long[]"), Map.entry("std::string", "String"),
      Map.entry("PerDim", "long[]"), Map.entry("EachDim", "long"), Map.entry("DType", "DType"),
      Map.entry("Device", "Device"), Map.entry("Reduction", "Reduction"), Map.entry("void", "void"));
  static final Map<String, String> KINDS = Map.of("double", "floating number", "long", "integer", "boolean", "truth value");
  static final Map<String, String> DTYPES = Map.of("double", "float32", "long", "int64", "boolean", "bool");

  // ---- reading ----

  static final Pattern DECLARATION = Pattern.compile("([\\w:<>]+) (\\w+)\\((.*)\\);");
  static final Pattern TAGGED = Pattern.compile("(.*?) ?\\[(native|[A-Z][^\\]]*)\\]");
  static final Pattern PARAM = Pattern.compile("(?:const )?([\\w:<>]+)&? (\\w+)(?: = (.+))?");
  static final Pattern PLAIN = Pattern.compile("|#.*|namespace retrograd \\{|\\}  // namespace retrograd");

  static IllegalArgumentException notUnderstood(String where, String what) {
    return new IllegalArgumentException(where + ": not understood: " + what);
  }

  static List<Family> read(Path folder) throws IOException {
    Matcher include = Pattern.compile("#include \"ops/(\\w+\\.h)\"").matcher(Files.readString(folder.resolve("ops.h")));
    List<Family> families = new ArrayList<>();
    while (include.find()) families.add(family(folder.resolve(include.group(1))));
    return families;
  }

  static Family family(Path header) throws IOException {
    List<Op> ops = new ArrayList<>();
    List<String> comment = new ArrayList<>(), heading = new ArrayList<>(), code = new ArrayList<>();
    int number = 0;
    for (String line : Files.readAllLines(header)) {
      String where = header.getFileName() + ":" + ++number;
      if (line.startsWith("/// ")) {
        comment.add(line.substring(4).strip());
      } else if (line.startsWith("// ") && ops.isEmpty()) {
        heading.add(line.substring(3));
      } else if (!code.isEmpty() || !PLAIN.matcher(line).matches()) {
        code.add(line.strip());
        if (!line.endsWith(";")) continue;
        ops.add(op(where, String.join(" ", code), doc(where, comment)));
        comment.clear();
        code.clear();
      }
    }
    if (!comment.isEmpty() || !code.isEmpty()) throw notUnderstood(header.getFileName() + ":" + number, "the end");
    String name = header.getFileName().toString().replace(".h", "");
    return new Family("// ---- " + name + ": " + String.join(" ", heading) + " ----", ops);
  }

  static Op op(String where, String code, Doc doc) {
    Matcher d = DECLARATION.matcher(code);
    if (!d.matches()) throw notUnderstood(where, code);
    List<Param> params = new ArrayList<>();
    for (String p : d.group(3).isEmpty() ? new String[0] : d.group(3).split(", (?![^<(]*[>)])")) {
      Matcher m = PARAM.matcher(p);
      if (!m.matches()) throw notUnderstood(where, p);
      String type = m.group(1);
      if (!JAVA.containsKey(type) && !type.equals("Operand") && !type.equals("Into") && !doc.targets().isEmpty())
        throw new IllegalArgumentException(where + ": no Java type for " + type);
      params.add(new Param(type, m.group(2), m.group(3)));
    }
    if (!JAVA.containsKey(d.group(1)) && !doc.targets().isEmpty())
      throw new IllegalArgumentException(where + ": no Java type for " + d.group(1));
    int n = params.size();
    boolean into = n > 0 && params.get(n - 1).is("Into");
    boolean creates = n > 1 && params.get(n - 2).is("DType") && params.get(n - 1).is("Device");
    params = params.subList(0, creates ? n - 2 : into ? n - 1 : n);
    if (doc.targets().containsKey("Tensor") && (params.isEmpty() || !params.get(0).is("Tensor")))
      throw new IllegalArgumentException(where + ": a method of Tensor needs a Tensor as its first parameter");
    return new Op(where, doc, d.group(1), d.group(2), params, into, creates);
  }

  static Doc doc(String where, List<String> comment) {
    if (comment.isEmpty()) throw new IllegalArgumentException(where + ": no comment");
    List<String> paragraphs = new ArrayList<>(List.of(""));
    for (String line : comment) {
      if (line.startsWith("@")) paragraphs.add("");
      if (line.startsWith("[")) paragraphs.set(0, paragraphs.get(0) + " " + line);  // the tag, on a line of its own
      else paragraphs.set(paragraphs.size() - 1, (paragraphs.get(paragraphs.size() - 1) + " " + line).strip());
    }
    Matcher m = TAGGED.matcher(paragraphs.get(0).strip());
    if (!m.matches()) throw new IllegalArgumentException(where + ": the comment ends in no tag such as [Tensor] or [native]");
    String[] parts = m.group(2).split("; ");
    String[] head = parts[0].split(" -> ");
    Map<String, String> targets = new LinkedHashMap<>();
    for (String target : head[0].equals("native") ? new String[0] : head[0].split(", ")) {
      String[] name = target.split("\\.");
      if (!FILES.containsKey(name[0])) throw new IllegalArgumentException(where + ": no such class: " + name[0]);
      targets.put(name[0], name.length > 1 ? name[1] : "");
    }
    List<String> numbers = List.of("double", "long");
    boolean mixed = false;
    String dtype = "float32";
    for (String part : List.of(parts).subList(1, parts.length)) {
      if (part.matches("(mixed )?numbers: [\\w, ]+")) {
        mixed = part.startsWith("mixed");
        String list = part.split(": ")[1];
        numbers = list.equals("none") ? List.of() : List.of(list.split(", "));
        if (!KINDS.keySet().containsAll(numbers)) throw notUnderstood(where, part);
      } else if (part.matches("dtype: \\w+")) {
        dtype = part.substring(7);
      } else {
        throw notUnderstood(where, part);
      }
    }
    List<String> blocks = paragraphs.subList(1, paragraphs.size());
    return new Doc(m.group(1), blocks, targets, head.length > 1 ? head[1] : null, numbers, mixed, dtype);
  }

  // ---- writing ----

  final String target;
  final StringBuilder out = new StringBuilder();

  Facade(String target) {
    this.target = target;
  }

  boolean isTensor() {
    return target.equals("Tensor");
  }

  /** All methods of an operation: each form in which its operands come, fresh and in place. */
  void write(Op op) {
    for (boolean inPlace : op.into() && isTensor() ? new boolean[] {false, true} : new boolean[] {false}) {
      for (List<Param> params : forms(op)) {
        if (op.creates()) {
          creation(op, params);
          continue;
        }
        int least = params.size();
        while (least > 0 && params.get(least - 1).initial() != null) --least;
        for (int n = least; n <= params.size(); ++n) new Method(op, params, n, inPlace).write();
      }
    }
  }

  /** The parameters with a type for each Operand: Tensor, or one kind of number. */
  static List<List<Param>> forms(Op op) {
    int operands = (int) op.params().stream().filter(p -> p.is("Operand")).count();
    List<String> numbers = op.doc().numbers();
    Stream<List<String>> choices;
    if (operands == 0) {
      choices = Stream.of(List.of());
    } else if (op.doc().mixed()) {
      List<List<String>> all = List.of(List.of());
      List<String> kinds = Stream.concat(Stream.of("Tensor"), numbers.stream()).toList();
      for (int i = 0; i < operands; ++i)
        all = all.stream().flatMap(c -> kinds.stream().map(k -> Stream.concat(c.stream(), Stream.of(k)).toList())).toList();
      choices = all.stream().filter(c -> c.stream().filter(k -> !k.equals("Tensor")).distinct().count() < 2);
    } else {
      choices = Stream.concat(op.creates() ? Stream.of() : Stream.of("Tensor"), numbers.stream())
          .map(kind -> IntStream.range(0, operands).mapToObj(i -> kind).toList());
    }
    return choices.flatMap(choice -> {
      List<String> left = new ArrayList<>(choice);
      boolean number = choice.stream().anyMatch(k -> !k.equals("Tensor"));
      List<Param> params = op.params().stream()
          .filter(p -> !number || p.initial() == null)  // beside numbers, what has a default is left out
          .map(p -> p.is("Operand") ? new Param(left.remove(0), p.name(), null) : p)
          .toList();
      return params.stream().noneMatch(p -> p.is("PerDim")) ? Stream.of(params) : Stream.of(params, params.stream()
          .map(p -> p.is("PerDim") ? new Param("EachDim", p.name(), p.initial()) : p).toList());
    }).toList();
  }

  static final List<String> NUMBERS = List.copyOf(KINDS.keySet());

  /** A function that makes a tensor, with options and without. */
  void creation(Op op, List<Param> params) {
    String kind = params.stream().filter(p -> NUMBERS.contains(p.type())).map(Param::type).findFirst().orElse(null);
    boolean operand = op.params().stream().anyMatch(p -> p.is("Operand"));
    String dtype = operand ? DTYPES.get(kind) : op.doc().dtype();
    List<String> parameters = new ArrayList<>();
    for (int i = 0; i < params.size(); ++i) parameters.add(declared(params.get(i), i == params.size() - 1));
    String names = params.stream().map(Param::name).collect(Collectors.joining(", "));
    String arguments = params.stream().map(p -> argument(p, operand)).collect(Collectors.joining(", "));
    javadoc(op.doc().text() + (dtype.equals("float32") ? "" : " The dtype is " + dtype + "."), List.of(), params);
    emit("Tensor", op.name(), parameters, op.name() + "(DEFAULTS, " + names + ")");
    javadoc("{@link #" + op.name() + "(" + signature(params) + ")} with options.", List.of(), params);
    parameters.add(0, "Options options");
    emit("Tensor", op.name(), parameters, "create(options, DType." + dtype.toUpperCase() + ", (dtype, device) -> Ops."
        + op.name() + "(" + arguments + ", dtype, device))");
  }

  /** The overload of an operation with the first n of its parameters. */
  class Method {
    final Op op;
    final List<Param> all;
    final int n;
    final boolean inPlace;
    final String name;
    final List<Param> taken;
    final List<Param> left;
    final int dims;
    final boolean number;

    Method(Op op, List<Param> all, int n, boolean inPlace) {
      this.op = op;
      this.all = all;
      this.n = n;
      this.inPlace = inPlace;
      String as = op.doc().targets().get(target);
      name = (as.isEmpty() ? op.name() : as) + (inPlace ? "_" : "");
      taken = all.subList(isTensor() ? 1 : 0, n);
      left = all.subList(n, all.size());
      dims = IntStream.range(0, all.size()).filter(i -> isOptionalDims(all.get(i))).findFirst().orElse(-1);
      number = IntStream.range(0, all.size())
          .anyMatch(i -> op.params().get(i).is("Operand") && !all.get(i).is("Tensor"));
    }

    void write() {
      if (all.stream().anyMatch(p -> p.is("EachDim")) && taken.stream().noneMatch(p -> p.is("EachDim"))) return;
      if (dims >= 0 && n >= dims && n != dims + 1 && !left.isEmpty()) return;  // only sum(dims...) and sum(dims, keepdim)
      javadoc(text(), left.isEmpty() ? op.doc().blocks() : List.of(), all);
      emit(result(), name, parameters(), call());
      if (dims >= 0 && left.isEmpty() && all.get(n - 1).name().equals("keepdim")) {  // sum(dim, keepdim)
        javadoc("{@link #" + name + "(" + signature(taken) + ")} along one dimension.", List.of(), all);
        List<String> parameters = new ArrayList<>(), arguments = new ArrayList<>();
        for (Param p : taken) {
          boolean kept = p.initial() == null || p == all.get(dims) || p == all.get(n - 1) || all.indexOf(p) < dims;
          if (kept) parameters.add(p == all.get(dims) ? "long dim" : declared(p, false));
          arguments.add(p == all.get(dims) ? "new long[] {dim}" : kept ? p.name() : initial(p));
        }
        emit(result(), name, parameters, name + "(" + String.join(", ", arguments) + ")");
      }
      if (taken.size() > 0 && taken.get(0).is("std::vector<Tensor>") && n == 1) {  // cat(a, b) beside cat(list)
        javadoc(text(), List.of(), all);
        emit(result(), name, List.of("Tensor... tensors"), name + "(Bridge.listOf(\"tensors\", tensors))");
      }
    }

    String result() {
      return op.doc().record() != null ? op.doc().record() : JAVA.get(op.result());
    }

    List<String> parameters() {
      return taken.stream().map(p -> declared(p, p == all.get(n - 1) && listed(taken))).toList();
    }

    /** The longest and the shortest form call the native method; what is between passes the defaults on to the longest. */
    String call() {
      boolean least = left.size() == all.stream().filter(p -> p.initial() != null).count();
      if (!left.isEmpty() && !(least && !inPlace)) {
        Stream<String> given = taken.stream().map(Param::name);
        return name + "(" + Stream.concat(given, left.stream().map(Facade::initial)).collect(Collectors.joining(", ")) + ")";
      }
      List<String> fences = new ArrayList<>(), arguments = new ArrayList<>();
      if (isTensor()) {
        fences.add("this");
        arguments.add("handle()");
      }
      for (Param p : taken) {
        if (p.isTensor()) fences.add(p.name());
        arguments.add(argument(p, op.params().get(all.indexOf(p)).is("Operand")));
      }
      // The native method takes all of its defaults or none.
      if (inPlace && number)
        op.params().stream().filter(p -> p.initial() != null).forEach(p -> arguments.add(initial(p)));
      boolean full = left.isEmpty() && all.size() == op.params().size();
      boolean defaults = op.params().stream().anyMatch(p -> p.initial() != null);
      if (op.into() && (inPlace || (full && defaults))) arguments.add(inPlace ? "true" : "false");
      String call = "Ops." + op.name() + "(" + String.join(", ", arguments) + ")";
      if (inPlace || op.name().endsWith("_"))
        return "same(" + String.join(", ", concat(call, fences.subList(1, fences.size()))) + ")";
      return switch (op.result()) {
        case "Tensor" -> "wrap(" + String.join(", ", concat(call, held(fences))) + ")";
        case "std::vector<Tensor>" -> {
          String list = "wrapAll(" + call + ", " + fence(fences) + ")";
          yield op.doc().record() != null ? op.doc().record() + ".of(" + list + ")" : list;
        }
        case "DType" -> "DType.of(after(" + call + ", " + fence(fences) + "))";
        case "Device" -> "Device.ofCode(after(" + call + ", " + fence(fences) + "))";
        default -> "after(" + call + ", " + fence(fences) + ")";
      };
    }

    String text() {
      if (inPlace) {
        Method fresh = new Method(op, all, n, false);
        return "{@link #" + fresh.name + "(" + signature(taken) + ")} in place.";
      }
      if (number) {
        List<Param> kinds = IntStream.range(0, all.size()).filter(i -> op.params().get(i).is("Operand"))
            .mapToObj(all::get).filter(p -> !p.is("Tensor")).toList();
        String kind = KINDS.get(kinds.get(0).type());
        String what = kinds.size() > 1 ? kind + "s" : (kind.startsWith("i") ? "an " : "a ") + kind;
        List<Param> first = op.params().stream().filter(p -> p.initial() == null).skip(isTensor() ? 1 : 0).toList();
        return "{@link #" + name + "(" + signature(first) + ")} with " + what + ".";
      }
      List<String> defaults = left.stream()
          .filter(p -> !isOptionalDims(p) && !"{}".equals(p.initial()) && !p.name().equals("keepdim"))
          .map(p -> "`" + p.name() + "` is " + initial(p).replace("Reduction.", "").replaceAll("new long..? .(.*).", "$1")).toList();
      return op.doc().text() + (defaults.isEmpty() ? "" : " Here " + String.join(", ", defaults) + ".");
    }
  }

  static boolean isOptionalDims(Param p) {
    return p.is("Dims") && p.initial() != null;
  }

  /** Whether the last one's dimensions or sizes are given as varargs: where no other parameter has any. */
  static boolean listed(List<Param> params) {
    return params.stream().filter(p -> p.is("Dims")).count() == 1;
  }

  /** A parameter as Java declares it. */
  static String declared(Param p, boolean varargs) {
    return (varargs && p.is("Dims") ? "long..." : JAVA.getOrDefault(p.type(), p.type())) + " " + p.name();
  }

  /** What the native method gets. */
  String argument(Param p, boolean operand) {
    return switch (p.type()) {
      case "Tensor" -> isTensor() ? "in(" + p.name() + ")" : "handle(\"" + p.name() + "\", " + p.name() + ")";
      case "OptionalTensor" -> "orZero(" + p.name() + ")";
      case "std::vector<Tensor>" -> "handles(\"" + p.name() + "\", " + p.name() + ")";
      case "Dims" -> p.initial() != null ? p.name() : "given(\"" + p.name() + "\", " + p.name() + ")";
      case "PerDim" -> "given(\"" + p.name() + "\", " + p.name() + ")";
      case "EachDim" -> "new long[] {" + p.name() + "}";
      case "std::string" -> "given(\"" + p.name() + "\", " + p.name() + ")";
      case "Reduction" -> "code(" + p.name() + ")";
      case "long" -> operand ? "new Whole(" + p.name() + ")" : p.name();
      default -> p.name();
    };
  }

  static String initial(Param p) {
    return switch (p.type()) {
      case "Dims" -> "new long[0]";
      case "PerDim" -> "new long[] " + p.initial();
      case "EachDim" -> p.initial().substring(1, p.initial().length() - 1);
      case "OptionalTensor" -> "null";
      case "Reduction" -> "Reduction." + p.initial().replace("Reduction::", "").toUpperCase();
      default -> p.initial();
    };
  }

  static String signature(List<Param> params) {
    return IntStream.range(0, params.size()).mapToObj(i -> {
      Param p = params.get(i).is("Operand") ? new Param("Tensor", "", null) : params.get(i);
      return declared(p, i == params.size() - 1 && listed(params)).split(" (?=\\w*$)")[0].replace("@Nullable ", "");
    }).collect(Collectors.joining(", "));
  }

  static String fence(List<String> names) {
    return names.size() == 1 ? names.get(0) : "pair(" + names.get(0) + ", " + fence(names.subList(1, names.size())) + ")";
  }

  /** As many as Bridge.wrap takes. */
  static List<String> held(List<String> names) {
    return names.size() <= 3 ? names : List.of(names.get(0), names.get(1), fence(names.subList(2, names.size())));
  }

  static List<String> concat(String first, List<String> rest) {
    return Stream.concat(Stream.of(first), rest.stream()).toList();
  }

  // ---- layout ----

  static final int COLUMNS = 120;

  void emit(String result, String name, List<String> parameters, String value) {
    String head = "  public " + (isTensor() ? "" : "static ") + result + " " + name + "(";
    String list = String.join(", ", parameters) + ") {";
    out.append(head).append(head.length() + list.length() > COLUMNS ? "\n      " : "").append(list).append("\n");
    String line = "    " + (result.equals("void") ? "" : "return ") + value + ";";
    if (line.length() > COLUMNS) {
      int open = line.indexOf(value.contains("-> ") ? "-> " : "(") + (value.contains("-> ") ? 2 : 1);
      String rest = "        " + line.substring(open).strip();
      if (rest.length() > COLUMNS) rest = rest.replaceAll("(Ops\\.(?:[^()]|\\((?:[^()]|\\([^()]*\\))*\\))*?,) ", "$1\n        ");
      line = line.substring(0, open) + "\n" + rest.lines().map(Facade::broken).collect(Collectors.joining("\n"));
    }
    out.append(line).append("\n  }\n\n");
  }

  /** A list in lines that are not too long. */
  static String broken(String line) {
    if (line.length() <= COLUMNS) return line;
    int end = line.lastIndexOf(", ", COLUMNS - 1) + 1;
    return line.substring(0, end) + "\n" + broken("            " + line.substring(end).strip());
  }

  void javadoc(String text, List<String> blocks, List<Param> params) {
    List<String> paragraphs = new ArrayList<>(List.of(translated(text, params)));
    blocks.forEach(b -> paragraphs.add(translated(b, params)));
    if (blocks.isEmpty() && paragraphs.get(0).length() + 9 <= COLUMNS) {
      out.append("  /** ").append(paragraphs.get(0)).append(" */\n");
      return;
    }
    out.append("  /**\n");
    for (int i = 0; i < paragraphs.size(); ++i) {
      if (i == 1) out.append("   *\n");
      StringBuilder row = new StringBuilder("   *");
      for (String word : paragraphs.get(i).split(" ")) {
        if (row.length() + 1 + word.length() > COLUMNS) {
          out.append(row).append("\n");
          row = new StringBuilder(i > 0 ? "   *    " : "   *");
        }
        row.append(" ").append(word);
      }
      out.append(row).append("\n");
    }
    out.append("   */\n");
  }

  /** C++'s words in Java's: `x`, the receiver, is this; errors are exceptions. */
  String translated(String text, List<Param> params) {
    if (isTensor()) text = text.replace("`" + params.get(0).name() + "`", "this");
    String link = target.equals("F") ? "{@link io.retrograd.$1Exception}" : "{@link $1Exception}";
    if (text.startsWith("@")) link = target.equals("F") ? "io.retrograd.$1Exception" : "$1Exception";
    return text.replace("<", "&lt;").replaceAll("`([^`]+)`", "{@code $1}")
        .replaceAll("\\b(Shape|Index|DType|Device|Autograd)Error\\b", link)
        .replace("std::invalid_argument", "{@link IllegalArgumentException}");
  }

  // ---- tensors from Java's own types ----

  /** The overloads of tensor(...) and fromArray(...). */
  static String literals() {
    Facade f = new Facade("Retrograd");
    DTYPES.keySet().stream().sorted().forEach(type -> {
      String dtype = DTYPES.get(type), values = "new " + type + "[] {value}";
      f.literal("A 0-d tensor: " + KINDS.get(type) + ", as " + dtype + ".", type, "value", "scalar", values, dtype);
      f.literal("A vector of " + KINDS.get(type) + "s, as " + dtype + ".", type + "...", "values", "literal", "values", dtype);
    });
    for (String type : List.of("float", "double", "int", "long", "boolean")) {
      String dtype = type.equals("boolean") ? "bool" : type.matches("int|long") ? "int64" : "float32";
      for (int dims = KINDS.containsKey(type) ? 2 : 1; dims <= 4; ++dims) {
        String what = dims == 1 ? "A vector" : dims == 2 ? "A matrix" : "A " + dims + "-d tensor";
        String rows = dims == 1 ? "." : "; {@link ShapeException} where the rows differ in length.";
        f.literal(what + ", as " + dtype + rows, type + "[]".repeat(dims), "values", "literal", "values", dtype);
      }
    }
    ARRAYS.forEach((type, dtype) -> {
      f.literal("A vector of " + dtype + " with the elements of an array.", type + "[]", "array", "make", "array", dtype,
          "given(\"array\", array).length");
      f.literal("A tensor of " + dtype + " with the elements of an array, in order.", type + "[] array, long...", "shape",
          "make", "given(\"array\", array)", dtype, "given(shape)");
    });
    return f.out.toString();
  }

  static final Map<String, String> ARRAYS = new LinkedHashMap<>();

  static {
    for (String each : List.of("boolean bool", "byte uint8", "short int16", "int int32", "long int64", "float float32", "double float64"))
      ARRAYS.put(each.split(" ")[0], each.split(" ")[1]);
  }

  void literal(String doc, String type, String name, String maker, String... values) {
    String method = maker.equals("make") ? "fromArray" : "tensor";
    List<String> arguments = new ArrayList<>(List.of(values));
    arguments.set(1, "DType." + arguments.get(1).toUpperCase());
    out.append("  /** ").append(doc).append(" */\n");
    emit("Tensor", method, List.of(type + " " + name), maker + "(DEFAULTS, " + String.join(", ", arguments) + ")");
    out.append("  /** {@link #").append(method).append("(").append(type.replace(" array", "")).append(")} with options. */\n");
    emit("Tensor", method, List.of("Options options", type + " " + name), maker + "(of(options), "
        + String.join(", ", arguments) + ")");
  }

  // ---- files ----

  static String region(String name) {
    return "  // ---- " + name + ", written by scripts/Facade.java ----\n  // spotless:off\n";
  }

  static final String END = "  // spotless:on\n  // ---- end of what scripts/Facade.java wrote ----\n";

  /** The text of a class with that region replaced. */
  static String replaced(Path file, String text, String name, String content) {
    int from = text.indexOf(region(name));
    int to = from < 0 ? -1 : text.indexOf(END, from);
    if (to < 0) throw new IllegalArgumentException(file + " has no region '" + name + "' of Facade.java");
    return text.substring(0, from) + region(name) + "\n" + content + text.substring(to);
  }

  public static void main(String[] args) throws IOException {
    List<String> rest = new ArrayList<>(List.of(args));
    boolean check = rest.remove("--check"), stale = false;
    Path root = Path.of(rest.isEmpty() ? "." : rest.get(0));
    Path classes = root.resolve("java/retrograd/src/main/java/io/retrograd");
    try {
      List<Family> families = read(root.resolve("native/ops"));
      for (String target : FILES.keySet().stream().sorted().toList()) {
        Facade facade = new Facade(target);
        for (Family family : families) {
          List<Op> ops = family.ops().stream().filter(op -> op.doc().targets().containsKey(target)).toList();
          if (!ops.isEmpty()) facade.out.append("  ").append(family.heading()).append("\n\n");
          ops.forEach(facade::write);
        }
        Path file = classes.resolve(FILES.get(target));
        String old = Files.readString(file);
        String fresh = replaced(file, old, "from native/ops", facade.out.toString());
        if (target.equals("Retrograd")) fresh = replaced(file, fresh, "from Java's types", literals());
        boolean current = fresh.equals(old);
        if (!current && !check) Files.writeString(file, fresh);
        System.out.println(file + (current ? ": up to date" : check ? ": stale; run java scripts/Facade.java" : ": written"));
        stale |= check && !current;
      }
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(2);
    }
    if (stale) System.exit(1);
  }
}
