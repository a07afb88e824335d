package io.github.softmax4j.build;

import java.lang.classfile.AnnotationValue;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.instruction.ExceptionCatch;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.reflect.AccessFlag;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The static methods marked {@code @Inline}, found by owner, name and descriptor. */
final class InlineMethods {

  private final Map<String, MethodModel> methods = new HashMap<>();
  private final List<Problem> problems = new ArrayList<>();

  InlineMethods(ClassFolder folder) {
    for (ClassModel type : folder.classes().values()) {
      for (MethodModel method : type.methods()) {
        if (Marks.isInline(method)) {
          add(type, method);
        }
      }
    }
    methods.values().forEach(method -> findRecursion(method, new ArrayList<>()));
  }

  /** Whether a method's code is to run once, at the start of its caller. */
  static boolean runsOnce(MethodModel method) {
    return Marks.inline(method).stream()
        .flatMap(annotation -> annotation.elements().stream())
        .anyMatch(
            element ->
                element.name().equalsString("once")
                    && element.value() instanceof AnnotationValue.OfBoolean once
                    && once.booleanValue());
  }

  private void add(ClassModel type, MethodModel method) {
    String obstacle = obstacle(method);
    if (obstacle != null) {
      problems.add(Problem.at(method, Lines.first(method), "@Inline " + obstacle));
      return;
    }
    String owner = type.thisClass().asInternalName();
    methods.put(
        key(owner, method.methodName().stringValue(), method.methodType().stringValue()), method);
  }

  /** What keeps a method from being inlined, or {@code null}. */
  private static String obstacle(MethodModel method) {
    if (!method.flags().has(AccessFlag.STATIC)) {
      return "is for static methods";
    }
    CodeModel code = method.code().orElseThrow();
    if (code.elementStream().anyMatch(ExceptionCatch.class::isInstance)) {
      return "cannot take a method with try and catch";
    }
    if (code.elementStream().anyMatch(InvokeDynamicInstruction.class::isInstance)) {
      return "cannot take a method with a lambda or a joined string";
    }
    return null;
  }

  private void findRecursion(MethodModel method, List<MethodModel> callers) {
    if (callers.contains(method)) {
      problems.add(Problem.at(method, Lines.first(method), "@Inline method calls itself"));
      return;
    }
    List<MethodModel> further = new ArrayList<>(callers);
    further.add(method);
    method
        .code()
        .orElseThrow()
        .elementStream()
        .filter(InvokeInstruction.class::isInstance)
        .map(call -> find((InvokeInstruction) call))
        .filter(callee -> callee != null)
        .forEach(callee -> findRecursion(callee, further));
  }

  /** What a call is to be replaced by, or {@code null}. */
  MethodModel find(InvokeInstruction call) {
    if (call.opcode() != Opcode.INVOKESTATIC) {
      return null;
    }
    MemberRefEntry method = call.method();
    return methods.get(
        key(
            method.owner().asInternalName(),
            method.name().stringValue(),
            call.type().stringValue()));
  }

  List<Problem> problems() {
    return problems;
  }

  private static String key(String owner, String name, String type) {
    return owner + '.' + name + type;
  }
}
