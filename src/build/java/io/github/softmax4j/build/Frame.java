package io.github.softmax4j.build;

import java.lang.classfile.Instruction;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.ArrayLoadInstruction;
import java.lang.classfile.instruction.ArrayStoreInstruction;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.ConvertInstruction;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.IncrementInstruction;
import java.lang.classfile.instruction.InvokeDynamicInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LoadInstruction;
import java.lang.classfile.instruction.LookupSwitchInstruction;
import java.lang.classfile.instruction.MonitorInstruction;
import java.lang.classfile.instruction.NewMultiArrayInstruction;
import java.lang.classfile.instruction.NewObjectInstruction;
import java.lang.classfile.instruction.NewPrimitiveArrayInstruction;
import java.lang.classfile.instruction.NewReferenceArrayInstruction;
import java.lang.classfile.instruction.NopInstruction;
import java.lang.classfile.instruction.OperatorInstruction;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.classfile.instruction.StackInstruction;
import java.lang.classfile.instruction.StoreInstruction;
import java.lang.classfile.instruction.TableSwitchInstruction;
import java.lang.classfile.instruction.ThrowInstruction;
import java.lang.classfile.instruction.TypeCheckInstruction;
import java.lang.constant.MethodTypeDesc;
import java.util.Arrays;

/**
 * Where the values in locals and on the operand stack come from, at one place of a method.
 *
 * <p>A value is named by the instruction that gives it. A long or a double takes two slots, as in
 * the JVM.
 */
final class Frame {

  /** Of a value before the method, or of a slot that holds nothing. */
  static final int NONE = -1;

  private final int[] locals;
  private final int[] stack;
  private int depth;

  Frame(int locals, int stack) {
    this.locals = new int[locals];
    this.stack = new int[stack];
    Arrays.fill(this.locals, NONE);
    Arrays.fill(this.stack, NONE);
  }

  private Frame(Frame other) {
    locals = other.locals.clone();
    stack = other.stack.clone();
    depth = other.depth;
  }

  Frame copy() {
    return new Frame(this);
  }

  int slots() {
    return locals.length + stack.length;
  }

  /** The value in a slot: the locals come first, then the stack from its bottom. */
  int get(int slot) {
    return slot < locals.length ? locals[slot] : stack[slot - locals.length];
  }

  void set(int slot, int value) {
    if (slot < locals.length) {
      locals[slot] = value;
    } else {
      stack[slot - locals.length] = value;
    }
  }

  /** Leaves on the stack what an exception handler finds there. */
  void handle(int exception) {
    Arrays.fill(stack, NONE);
    depth = 0;
    push(1, exception);
  }

  boolean isSame(Frame other) {
    return Arrays.equals(locals, other.locals) && Arrays.equals(stack, other.stack);
  }

  /** The receiver of a call that is about to be made. */
  int receiver(InvokeInstruction call) {
    return stack[depth - 1 - slots(call.typeSymbol())];
  }

  private static int slots(MethodTypeDesc type) {
    return type.parameterList().stream().mapToInt(p -> TypeKind.from(p).slotSize()).sum();
  }

  /** Goes on by one instruction, whose name is {@code self}. */
  void apply(Instruction instruction, int self) {
    switch (instruction) {
      case LoadInstruction load -> push(load.typeKind().slotSize(), locals[load.slot()]);
      case StoreInstruction store -> store(store.slot(), store.typeKind().slotSize());
      case ConstantInstruction constant -> push(constant.typeKind().slotSize(), self);
      case ArrayLoadInstruction load -> replace(2, load.typeKind().slotSize(), self);
      case ArrayStoreInstruction store -> pop(2 + store.typeKind().slotSize());
      case OperatorInstruction operator -> operate(operator, self);
      case ConvertInstruction convert ->
          replace(convert.fromType().slotSize(), convert.toType().slotSize(), self);
      case FieldInstruction field -> access(field, self);
      case InvokeInstruction call -> {
        boolean isStatic = call.opcode().name().equals("INVOKESTATIC");
        call(call.typeSymbol(), isStatic ? 0 : 1, self);
      }
      case InvokeDynamicInstruction call -> call(call.typeSymbol(), 0, self);
      case NewObjectInstruction object -> push(1, self);
      case NewPrimitiveArrayInstruction array -> replace(1, 1, self);
      case NewReferenceArrayInstruction array -> replace(1, 1, self);
      case NewMultiArrayInstruction array -> replace(array.dimensions(), 1, self);
      case TypeCheckInstruction check -> {
        if (check.opcode().name().equals("INSTANCEOF")) {
          replace(1, 1, self);
        }
      }
      case StackInstruction move -> move(move);
      case BranchInstruction jump -> pop(operands(jump.opcode().name()));
      case TableSwitchInstruction table -> pop(1);
      case LookupSwitchInstruction lookup -> pop(1);
      case MonitorInstruction monitor -> pop(1);
      case IncrementInstruction add -> {}
      case NopInstruction nothing -> {}
      case ReturnInstruction end -> {}
      case ThrowInstruction end -> {}
      default -> throw new IllegalArgumentException("unknown instruction " + instruction);
    }
  }

  private void push(int slots, int value) {
    for (int i = 0; i < slots; i++) {
      stack[depth++] = value;
    }
  }

  private void pop(int slots) {
    for (int i = 0; i < slots; i++) {
      stack[--depth] = NONE;
    }
  }

  private void replace(int operands, int results, int value) {
    pop(operands);
    push(results, value);
  }

  private void store(int slot, int slots) {
    for (int i = slots - 1; i >= 0; i--) {
      locals[slot + i] = stack[depth - 1];
      pop(1);
    }
  }

  private void operate(OperatorInstruction operator, int self) {
    String name = operator.opcode().name();
    int size = operator.typeKind().slotSize();
    if (name.endsWith("NEG") || name.equals("ARRAYLENGTH")) {
      replace(name.endsWith("NEG") ? size : 1, name.endsWith("NEG") ? size : 1, self);
    } else if (name.contains("CMP")) {
      boolean isWide = name.startsWith("L") || name.startsWith("D");
      replace(isWide ? 4 : 2, 1, self);
    } else if (name.contains("SH")) {
      replace(size + 1, size, self);
    } else {
      replace(2 * size, size, self);
    }
  }

  private void access(FieldInstruction field, int self) {
    int size = TypeKind.from(field.typeSymbol()).slotSize();
    switch (field.opcode()) {
      case GETSTATIC -> push(size, self);
      case GETFIELD -> replace(1, size, self);
      case PUTSTATIC -> pop(size);
      default -> pop(size + 1);
    }
  }

  private void call(MethodTypeDesc type, int receivers, int self) {
    replace(slots(type) + receivers, TypeKind.from(type.returnType()).slotSize(), self);
  }

  private static int operands(String jump) {
    if (jump.startsWith("GOTO")) {
      return 0;
    }
    return jump.contains("CMP") ? 2 : 1;
  }

  /** Copies of the upper slots go below them. */
  private void move(StackInstruction move) {
    switch (move.opcode()) {
      case POP -> pop(1);
      case POP2 -> pop(2);
      case DUP -> duplicate(1, 0);
      case DUP_X1 -> duplicate(1, 1);
      case DUP_X2 -> duplicate(1, 2);
      case DUP2 -> duplicate(2, 0);
      case DUP2_X1 -> duplicate(2, 1);
      case DUP2_X2 -> duplicate(2, 2);
      default -> { // SWAP
        int top = stack[depth - 1];
        stack[depth - 1] = stack[depth - 2];
        stack[depth - 2] = top;
      }
    }
  }

  private void duplicate(int slots, int below) {
    int from = depth - slots - below;
    int[] moved = Arrays.copyOfRange(stack, from, depth);
    System.arraycopy(moved, below, stack, from, slots);
    System.arraycopy(moved, 0, stack, from + slots, moved.length);
    depth += slots;
  }
}
