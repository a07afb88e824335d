package io.github.softmax4j.build;

import java.lang.classfile.CodeElement;
import java.lang.classfile.Instruction;
import java.lang.classfile.Label;
import java.lang.classfile.Opcode;
import java.lang.classfile.attribute.RuntimeInvisibleTypeAnnotationsAttribute;
import java.lang.classfile.attribute.RuntimeVisibleTypeAnnotationsAttribute;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.CharacterRange;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.ExceptionCatch;
import java.lang.classfile.instruction.IncrementInstruction;
import java.lang.classfile.instruction.LabelTarget;
import java.lang.classfile.instruction.LineNumber;
import java.lang.classfile.instruction.LoadInstruction;
import java.lang.classfile.instruction.LocalVariable;
import java.lang.classfile.instruction.LocalVariableType;
import java.lang.classfile.instruction.LookupSwitchInstruction;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.classfile.instruction.StoreInstruction;
import java.lang.classfile.instruction.TableSwitchInstruction;
import java.lang.classfile.instruction.ThrowInstruction;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The code of a method some of whose arguments are constants: without the branches that these
 * decide, and without what cannot be reached.
 *
 * <p>C2 folds such branches as well. But locals that only a dead branch reads stay alive for its
 * debug information, and so take registers.
 */
final class FlagFolding {

  private final List<CodeElement> elements;
  private final Map<Label, Integer> targets = new HashMap<>();
  private final List<ExceptionCatch> catches = new ArrayList<>();

  private FlagFolding(List<CodeElement> elements) {
    this.elements = new ArrayList<>(elements);
  }

  /**
   * The folded code.
   *
   * @param constants the values of arguments, by slot, none of which the code changes
   */
  static List<CodeElement> fold(List<CodeElement> elements, Map<Integer, Integer> constants) {
    if (constants.isEmpty()) {
      return elements;
    }
    FlagFolding folding = new FlagFolding(elements);
    folding.replaceLoads(constants);
    folding.replaceBranches();
    return folding.reachable();
  }

  /** Whether a slot keeps the value that it has at first. */
  static boolean isNeverStored(List<CodeElement> elements, int slot) {
    return elements.stream()
        .noneMatch(
            e ->
                e instanceof StoreInstruction store && store.slot() == slot
                    || e instanceof IncrementInstruction add && add.slot() == slot);
  }

  private void replaceLoads(Map<Integer, Integer> constants) {
    for (int i = 0; i < elements.size(); i++) {
      if (elements.get(i) instanceof LoadInstruction load && constants.containsKey(load.slot())) {
        elements.set(i, constant(constants.get(load.slot())));
      } else if (elements.get(i) instanceof LabelTarget target) {
        targets.put(target.label(), i);
      } else if (elements.get(i) instanceof ExceptionCatch caught) {
        catches.add(caught);
      }
    }
  }

  private static ConstantInstruction constant(int value) {
    return ConstantInstruction.ofArgument(Opcode.SIPUSH, value);
  }

  /** A branch on a constant becomes a jump, or nothing. */
  private void replaceBranches() {
    int before = -1;
    for (int i = 0; i < elements.size(); i++) {
      CodeElement element = elements.get(i);
      if (element instanceof BranchInstruction branch
          && before >= 0
          && elements.get(before) instanceof ConstantInstruction constant
          && isOfFlag(branch)) {
        boolean isZero = constant.constantValue().equals(0);
        elements.set(before, null);
        elements.set(i, isZero == (branch.opcode() == Opcode.IFEQ) ? jump(branch) : null);
      }
      if (!(element instanceof LineNumber)) {
        before = i;
      }
    }
  }

  private static boolean isOfFlag(BranchInstruction branch) {
    return branch.opcode() == Opcode.IFEQ || branch.opcode() == Opcode.IFNE;
  }

  private static BranchInstruction jump(BranchInstruction branch) {
    return BranchInstruction.of(Opcode.GOTO, branch.target());
  }

  private List<CodeElement> reachable() {
    BitSet reached = reached();
    List<CodeElement> kept = new ArrayList<>();
    for (int i = 0; i < elements.size(); i++) {
      if (isKept(i, reached)) {
        kept.add(elements.get(i));
      }
    }
    dropLabels(kept);
    dropLastLines(kept);
    return kept;
  }

  private boolean isKept(int i, BitSet reached) {
    return switch (elements.get(i)) {
      case null -> false;
      case LocalVariable debug -> false;
      case LocalVariableType debug -> false;
      case CharacterRange debug -> false;
      case RuntimeVisibleTypeAnnotationsAttribute debug -> false;
      case RuntimeInvisibleTypeAnnotationsAttribute debug -> false;
      case ExceptionCatch caught -> reached.stream().anyMatch(at -> guards(caught, at));
      case Instruction instruction -> reached.get(i) && !isJumpToNext(i, reached);
      default -> true;
    };
  }

  /** Labels that nothing refers to would hide that constants lie on top of the stack. */
  private static void dropLabels(List<CodeElement> kept) {
    Set<Label> used = new HashSet<>();
    for (CodeElement element : kept) {
      used.addAll(targets(element));
      if (element instanceof ExceptionCatch caught) {
        used.addAll(List.of(caught.tryStart(), caught.tryEnd(), caught.handler()));
      }
    }
    kept.removeIf(e -> e instanceof LabelTarget target && !used.contains(target.label()));
  }

  /** A line number must have an instruction behind it. */
  private static void dropLastLines(List<CodeElement> kept) {
    int end = kept.size();
    while (!(kept.get(end - 1) instanceof Instruction)) {
      end--;
    }
    kept.subList(end, kept.size()).removeIf(LineNumber.class::isInstance);
  }

  private BitSet reached() {
    BitSet reached = new BitSet();
    Deque<Integer> open = new ArrayDeque<>(List.of(0));
    while (!open.isEmpty()) {
      int i = open.pop();
      if (i < elements.size() && !reached.get(i)) {
        reached.set(i);
        open.addAll(next(i));
      }
    }
    return reached;
  }

  private List<Integer> next(int i) {
    CodeElement element = elements.get(i);
    List<Integer> next = new ArrayList<>();
    targets(element).forEach(label -> next.add(targets.get(label)));
    catches.stream().filter(c -> guards(c, i)).forEach(c -> next.add(targets.get(c.handler())));
    if (!endsHere(element)) {
      next.add(i + 1);
    }
    return next;
  }

  /** Whether an exception of an element is caught. That of a branch does not occur. */
  private boolean guards(ExceptionCatch caught, int i) {
    return elements.get(i) instanceof Instruction
        && !(elements.get(i) instanceof BranchInstruction)
        && targets.get(caught.tryStart()) <= i
        && i < targets.get(caught.tryEnd());
  }

  /** Where an element may jump to. */
  static List<Label> targets(CodeElement element) {
    List<Label> targets = new ArrayList<>();
    switch (element) {
      case null -> {}
      case BranchInstruction branch -> targets.add(branch.target());
      case TableSwitchInstruction table -> {
        targets.add(table.defaultTarget());
        table.cases().forEach(c -> targets.add(c.target()));
      }
      case LookupSwitchInstruction lookup -> {
        targets.add(lookup.defaultTarget());
        lookup.cases().forEach(c -> targets.add(c.target()));
      }
      default -> {}
    }
    return targets;
  }

  /** Whether the next element does not follow. */
  private static boolean endsHere(CodeElement element) {
    return switch (element) {
      case null -> false;
      case BranchInstruction branch -> isJump(branch);
      case TableSwitchInstruction table -> true;
      case LookupSwitchInstruction lookup -> true;
      case ReturnInstruction end -> true;
      case ThrowInstruction end -> true;
      default -> false;
    };
  }

  private static boolean isJump(BranchInstruction branch) {
    return branch.opcode() == Opcode.GOTO || branch.opcode() == Opcode.GOTO_W;
  }

  /** Whether this is a jump over nothing that can be reached. */
  private boolean isJumpToNext(int i, BitSet reached) {
    if (!(elements.get(i) instanceof BranchInstruction branch) || !isJump(branch)) {
      return false;
    }
    int target = targets.get(branch.target());
    for (int between = i + 1; between < target; between++) {
      if (elements.get(between) instanceof Instruction && reached.get(between)) {
        return false;
      }
    }
    return target > i;
  }
}
