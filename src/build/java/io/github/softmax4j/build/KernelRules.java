package io.github.softmax4j.build;

import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LineNumber;
import java.util.List;

/**
 * The rules that class files keep, so that C2 makes no objects of vectors.
 *
 * <p>C2 always inlines the methods of the Vector API, but those of others only within a budget. So
 * no call of another method takes or gives a vector, no field holds one that is not constant, and
 * no method is too large to be compiled.
 */
final class KernelRules {

  /** HotSpot compiles no method of more bytes: its HugeMethodLimit. */
  private static final int HUGE_METHOD = 8000;

  private final InlineMethods methods;
  private final List<Problem> problems;

  KernelRules(InlineMethods methods, List<Problem> problems) {
    this.methods = methods;
    this.problems = problems;
  }

  /** Checks all code but that of {@code @Specialize} methods, which only chooses a variant. */
  void check(ClassModel type) {
    type.methods().stream()
        .filter(m -> m.code().isPresent() && !Marks.isSpecialize(m))
        .forEach(this::check);
  }

  private void check(MethodModel method) {
    CodeModel code = method.code().orElseThrow();
    int size = ((CodeAttribute) code).codeLength();
    if (size > HUGE_METHOD) {
      String what =
          "%d bytes of code, and HotSpot compiles at most %d".formatted(size, HUGE_METHOD);
      problems.add(Problem.at(method, Lines.first(method), what));
    }
    boolean isInitializer = method.methodName().equalsString("<clinit>");
    int line = 0;
    for (CodeElement element : code) {
      if (element instanceof LineNumber number) {
        line = number.line();
      }
      String what = isInitializer ? null : broken(element);
      if (what != null) {
        problems.add(Problem.at(method, line, what));
      }
    }
    if (!isInitializer && !Marks.isInline(method) && Vectors.isUsedBy(code)) {
      problems.addAll(new LoopReceivers(method).problems());
    }
  }

  /** The rule that one element breaks, or {@code null}. */
  private String broken(CodeElement element) {
    return switch (element) {
      case InvokeInstruction call -> broken(call);
      case InvokeDynamicInstruction call ->
          Vectors.areIn(call.typeSymbol()) ? "a lambda takes or gives a vector" : null;
      case FieldInstruction field -> broken(field);
      default -> null;
    };
  }

  private String broken(InvokeInstruction call) {
    if (methods.find(call) != null) {
      return "a call of the @Inline method " + call.name() + " is left";
    }
    boolean isOurs = !Vectors.isOfApi(call.owner());
    return isOurs && Vectors.areIn(call.typeSymbol())
        ? "the call of " + call.name() + " takes or gives a vector"
        : null;
  }

  private static String broken(FieldInstruction field) {
    boolean stores = field.opcode().name().startsWith("PUT");
    return stores && Vectors.isVector(field.typeSymbol())
        ? "the field " + field.name() + " receives a vector"
        : null;
  }
}
