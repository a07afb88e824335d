package io.github.softmax4j.build;

import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;

/**
 * A rule that a class file breaks.
 *
 * @param where class, method, and source line
 * @param what the rule, and what breaks it
 */
record Problem(String where, String what) {

  static Problem at(MethodModel method, int line, String what) {
    ClassModel owner = method.parent().orElseThrow();
    String className = owner.thisClass().asInternalName().replace('/', '.');
    String file = className.replaceAll("^.*\\.|\\$.*$", "") + ".java";
    return new Problem("%s.%s(%s:%d)".formatted(className, nameOf(method), file, line), what);
  }

  /** The name in the source: a variant has that of its {@code @Specialize} method. */
  private static String nameOf(MethodModel method) {
    String name = method.methodName().stringValue();
    return name.startsWith("lambda$") ? name : name.replaceAll("\\$.*", "");
  }

  @Override
  public String toString() {
    return where + ": " + what;
  }
}
