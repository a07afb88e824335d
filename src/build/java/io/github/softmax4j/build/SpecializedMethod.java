package io.github.softmax4j.build;

import java.lang.classfile.ClassBuilder;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.Label;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.LocalVariable;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.AccessFlag;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A method marked {@code @Specialize}, and its variants: one for each combination of its flags.
 *
 * <p>A combination is a number whose bit {@code i} is the value of flag {@code i}.
 */
final class SpecializedMethod {

  private static final int MOST_FLAGS = 4;

  private final MethodModel method;
  private final ClassModel owner;
  private final String name;

  /** The type without the flags. */
  private final MethodTypeDesc type;

  private final boolean isStatic;

  /** How many flags there are; each takes one slot. */
  private final int flags;

  /** The slot of the first flag. */
  private final int firstFlag;

  SpecializedMethod(MethodModel method) {
    this.method = method;
    owner = method.parent().orElseThrow();
    name = method.methodName().stringValue();
    isStatic = method.flags().has(AccessFlag.STATIC);
    MethodTypeDesc full = method.methodTypeSymbol();
    int leading = full.parameterCount();
    while (leading > 0 && full.parameterType(leading - 1).equals(ConstantDescs.CD_boolean)) {
      leading--;
    }
    flags = full.parameterCount() - leading;
    type = MethodTypeDesc.of(full.returnType(), full.parameterList().subList(0, leading));
    firstFlag = firstSlot() + type.parameterList().stream().mapToInt(t -> size(t)).sum();
  }

  private int firstSlot() {
    return isStatic ? 0 : 1;
  }

  private static int size(ClassDesc type) {
    return TypeKind.from(type).slotSize();
  }

  /** What keeps the method from being specialized, or {@code null}. */
  String obstacle() {
    if (Marks.isInline(method)) {
      return "method cannot be @Inline as well";
    }
    if (method.code().isEmpty()) {
      return "is for methods with code";
    }
    if (flags == 0) {
      return "is for methods whose last parameter is a boolean";
    }
    if (flags > MOST_FLAGS) {
      return "takes at most %d flags, not %d".formatted(MOST_FLAGS, flags);
    }
    return IntStream.range(0, flags)
        .filter(flag -> !FlagFolding.isNeverStored(elements(), firstFlag + flag))
        .mapToObj(flag -> "method assigns its flag " + flagName(flag))
        .findFirst()
        .orElse(null);
  }

  private List<CodeElement> elements() {
    return method.code().orElseThrow().elementList();
  }

  /** The name in the source, or the number where the compiler left no names. */
  private String flagName(int flag) {
    return elements().stream()
        .filter(e -> e instanceof LocalVariable local && local.slot() == firstFlag + flag)
        .map(e -> ((LocalVariable) e).name().stringValue())
        .findFirst()
        .orElse(String.valueOf(flag));
  }

  /** Names and types of all variants. */
  List<String> variants() {
    return IntStream.range(0, 1 << flags)
        .mapToObj(variant -> nameOf(variant) + type.descriptorString())
        .toList();
  }

  private String nameOf(int variant) {
    StringBuilder out = new StringBuilder(name);
    for (int flag = 0; flag < flags; flag++) {
      if (isSet(variant, flag)) {
        out.append('$').append(flagName(flag));
      }
    }
    return variant == 0 ? out.append("$none").toString() : out.toString();
  }

  private static boolean isSet(int variant, int flag) {
    return (variant >> flag & 1) != 0;
  }

  /** Whether the class has the variants; the first one's name does not depend on the flags'. */
  boolean isDone() {
    return owner.methods().stream()
        .filter(m -> m.flags().has(AccessFlag.SYNTHETIC))
        .map(m -> m.methodName().stringValue() + m.methodType().stringValue())
        .anyMatch(variants().getFirst()::equals);
  }

  /** Writes the method, as the choice among its variants, and these. */
  void write(ClassBuilder out) {
    out.transformMethod(
        method,
        (copy, element) -> {
          if (element instanceof CodeModel) {
            copy.withCode(this::writeChoice);
          } else {
            copy.with(element);
          }
        });
    for (int variant = 0; variant < 1 << flags; variant++) {
      writeVariant(out, variant);
    }
  }

  private void writeVariant(ClassBuilder out, int variant) {
    Map<Integer, Integer> constants = new HashMap<>();
    for (int flag = 0; flag < flags; flag++) {
      constants.put(firstFlag + flag, isSet(variant, flag) ? 1 : 0);
    }
    List<CodeElement> folded = FlagFolding.fold(elements(), constants);
    int access =
        ClassFile.ACC_PRIVATE | ClassFile.ACC_SYNTHETIC | (isStatic ? ClassFile.ACC_STATIC : 0);
    out.withMethodBody(nameOf(variant), type, access, code -> folded.forEach(code::with));
  }

  private void writeChoice(CodeBuilder out) {
    out.lineNumber(Lines.first(method));
    choose(out, 0, 0);
  }

  /** Tests the flags from one on; those before it are as in the variant. */
  private void choose(CodeBuilder out, int flag, int variant) {
    if (flag == flags) {
      call(out, variant);
      return;
    }
    Label isFalse = out.newLabel();
    out.iload(firstFlag + flag).ifeq(isFalse);
    choose(out, flag + 1, variant | 1 << flag);
    out.labelBinding(isFalse);
    choose(out, flag + 1, variant);
  }

  private void call(CodeBuilder out, int variant) {
    if (!isStatic) {
      out.aload(0);
    }
    int slot = firstSlot();
    for (ClassDesc argument : type.parameterList()) {
      out.loadLocal(TypeKind.from(argument), slot);
      slot += size(argument);
    }
    Opcode opcode = isStatic ? Opcode.INVOKESTATIC : Opcode.INVOKESPECIAL;
    boolean isInterface = owner.flags().has(AccessFlag.INTERFACE);
    out.invoke(opcode, owner.thisClass().asSymbol(), nameOf(variant), type, isInterface);
    out.return_(TypeKind.from(type.returnType()));
  }

  Problem problem(String what) {
    return Problem.at(method, method.code().isPresent() ? Lines.first(method) : 0, what);
  }
}
