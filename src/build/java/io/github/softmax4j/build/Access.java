package io.github.softmax4j.build;

import java.lang.classfile.ClassModel;
import java.lang.classfile.constantpool.Utf8Entry;
import java.lang.reflect.AccessFlag;
import java.util.Set;
import java.util.stream.Stream;

/** Whether a class may use a member of another. */
final class Access {

  private Access() {}

  static boolean isAllowed(ClassModel user, ClassModel owner, Utf8Entry name, Utf8Entry type) {
    if (outermost(user).equals(outermost(owner))) {
      return true;
    }
    Set<AccessFlag> flags = flags(owner, name, type);
    boolean isSamePackage = packageOf(user).equals(packageOf(owner));
    boolean isOpen = flags.contains(AccessFlag.PUBLIC) && owner.flags().has(AccessFlag.PUBLIC);
    return isOpen || isSamePackage && !flags.contains(AccessFlag.PRIVATE);
  }

  /** Those of a member, which are public if another class declares it. */
  private static Set<AccessFlag> flags(ClassModel owner, Utf8Entry name, Utf8Entry type) {
    Stream<Set<AccessFlag>> fields =
        owner.fields().stream()
            .filter(f -> f.fieldName().equalsString(name.stringValue()))
            .map(f -> f.flags().flags());
    Stream<Set<AccessFlag>> methods =
        owner.methods().stream()
            .filter(m -> m.methodName().equalsString(name.stringValue()))
            .filter(m -> m.methodType().equalsString(type.stringValue()))
            .map(m -> m.flags().flags());
    boolean isMethod = type.stringValue().startsWith("(");
    return (isMethod ? methods : fields).findFirst().orElse(Set.of(AccessFlag.PUBLIC));
  }

  /** The name of the class that stands in a source file by itself. */
  static String outermost(ClassModel type) {
    return type.thisClass().asInternalName().replaceAll("\\$.*", "");
  }

  private static String packageOf(ClassModel type) {
    String name = type.thisClass().asInternalName();
    return name.substring(0, name.lastIndexOf('/') + 1);
  }
}
