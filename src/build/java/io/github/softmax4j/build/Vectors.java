package io.github.softmax4j.build;

import java.lang.classfile.CodeModel;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.regex.Pattern;

/** Which types are those of the Vector API's values. */
final class Vectors {

  private static final String API = "jdk/incubator/vector/";

  /** A value is a vector, a mask or a shuffle; a species or an operator is a constant. */
  private static final Pattern VALUE =
      Pattern.compile("L" + API + "(\\w*Vector|VectorMask|VectorShuffle);");

  private Vectors() {}

  static boolean isVector(ClassDesc type) {
    return VALUE.matcher(type.descriptorString()).matches();
  }

  static boolean areIn(MethodTypeDesc type) {
    return VALUE.matcher(type.descriptorString()).find();
  }

  static boolean isOfApi(ClassEntry owner) {
    return owner.asInternalName().startsWith(API);
  }

  /** Whether a call has a vector, a mask or a shuffle as its receiver. */
  static boolean isReceiver(InvokeInstruction call) {
    return isVector(call.owner().asSymbol())
        && switch (call.opcode()) {
          case INVOKEVIRTUAL, INVOKEINTERFACE -> true;
          default -> false;
        };
  }

  static boolean isUsedBy(CodeModel code) {
    return code.elementStream().anyMatch(e -> e instanceof InvokeInstruction c && isReceiver(c));
  }
}
