package io.github.softmax4j.build;

import java.lang.classfile.CodeElement;
import java.lang.classfile.Instruction;
import java.lang.classfile.MethodModel;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.LabelTarget;
import java.lang.constant.ClassDesc;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** The int constants that lie on top of the operand stack at a place of a method. */
final class TrailingConstants {

  /** The last one first. */
  private final Deque<Integer> values = new ArrayDeque<>();

  /** Goes on by one element. */
  void follow(CodeElement element) {
    if (element instanceof ConstantInstruction constant
        && constant.constantValue() instanceof Integer value
        && value == value.shortValue()) {
      values.push(value);
    } else if (element instanceof Instruction || element instanceof LabelTarget) {
      values.clear();
    }
  }

  /** The values of a method's last parameters, by slot, as far as they are known and stay so. */
  Map<Integer, Integer> ofParameters(MethodModel method) {
    Map<Integer, Integer> known = new HashMap<>();
    List<ClassDesc> types = method.methodTypeSymbol().parameterList();
    int slot = types.stream().mapToInt(t -> TypeKind.from(t).slotSize()).sum();
    Iterator<Integer> value = values.iterator();
    for (ClassDesc type : types.reversed()) {
      TypeKind kind = TypeKind.from(type);
      if (!value.hasNext() || kind.asLoadable() != TypeKind.INT) {
        break;
      }
      slot -= kind.slotSize();
      int constant = value.next();
      if (FlagFolding.isNeverStored(method.code().orElseThrow().elementList(), slot)) {
        known.put(slot, constant);
      }
    }
    return known;
  }
}
