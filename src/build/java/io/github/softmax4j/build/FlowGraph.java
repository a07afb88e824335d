package io.github.softmax4j.build;

import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.Instruction;
import java.lang.classfile.Label;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.ExceptionCatch;
import java.lang.classfile.instruction.LabelTarget;
import java.lang.classfile.instruction.LineNumber;
import java.lang.classfile.instruction.LookupSwitchInstruction;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.classfile.instruction.TableSwitchInstruction;
import java.lang.classfile.instruction.ThrowInstruction;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The instructions of a method, which may follow which, and its loops. */
final class FlowGraph {

  private final List<Instruction> instructions = new ArrayList<>();
  private final List<Integer> lines = new ArrayList<>();
  private final Map<Label, Integer> targets = new HashMap<>();
  private final List<List<Integer>> successors = new ArrayList<>();
  private final List<List<Integer>> predecessors = new ArrayList<>();
  private final BitSet handlers = new BitSet();
  private List<Integer> order;
  private int[] dominators;

  /** The instructions of each loop, by that which every turn begins with. */
  private final Map<Integer, BitSet> loops = new LinkedHashMap<>();

  FlowGraph(CodeModel code) {
    read(code);
    for (int i = 0; i < instructions.size(); i++) {
      successors.add(new ArrayList<>());
      predecessors.add(new ArrayList<>());
    }
    for (int i = 0; i < instructions.size(); i++) {
      connect(i);
    }
    code.exceptionHandlers().forEach(this::connect);
    findOrder();
    findDominators();
    findLoops();
  }

  private void read(CodeModel code) {
    int line = 0;
    for (CodeElement element : code) {
      switch (element) {
        case LineNumber number -> line = number.line();
        case LabelTarget target -> targets.put(target.label(), instructions.size());
        case Instruction instruction -> {
          instructions.add(instruction);
          lines.add(line);
        }
        default -> {}
      }
    }
  }

  private void connect(int i) {
    switch (instructions.get(i)) {
      case BranchInstruction jump -> {
        connect(i, targets.get(jump.target()));
        boolean isGoto = jump.opcode() == Opcode.GOTO || jump.opcode() == Opcode.GOTO_W;
        if (!isGoto) {
          connect(i, i + 1);
        }
      }
      case TableSwitchInstruction table -> {
        connect(i, targets.get(table.defaultTarget()));
        table.cases().forEach(c -> connect(i, targets.get(c.target())));
      }
      case LookupSwitchInstruction lookup -> {
        connect(i, targets.get(lookup.defaultTarget()));
        lookup.cases().forEach(c -> connect(i, targets.get(c.target())));
      }
      case ReturnInstruction end -> {}
      case ThrowInstruction end -> {}
      default -> connect(i, i + 1);
    }
  }

  private void connect(ExceptionCatch caught) {
    int handler = targets.get(caught.handler());
    handlers.set(handler);
    for (int i = targets.get(caught.tryStart()); i < targets.get(caught.tryEnd()); i++) {
      connect(i, handler);
    }
  }

  private void connect(int from, int to) {
    if (to < instructions.size() && !successors.get(from).contains(to)) {
      successors.get(from).add(to);
      predecessors.get(to).add(from);
    }
  }

  /** Reverse postorder of what can be reached. */
  private void findOrder() {
    List<Integer> postorder = new ArrayList<>();
    BitSet seen = new BitSet();
    Deque<int[]> path = new ArrayDeque<>();
    path.push(new int[] {0, 0});
    seen.set(0);
    while (!path.isEmpty()) {
      int[] top = path.peek();
      List<Integer> next = successors.get(top[0]);
      if (top[1] == next.size()) {
        postorder.add(path.pop()[0]);
      } else {
        int to = next.get(top[1]++);
        if (!seen.get(to)) {
          seen.set(to);
          path.push(new int[] {to, 0});
        }
      }
    }
    Collections.reverse(postorder);
    order = postorder;
  }

  /** Each instruction's immediate dominator, as Cooper, Harvey and Kennedy (2001) find it. */
  private void findDominators() {
    int[] rank = new int[instructions.size()];
    for (int i = 0; i < order.size(); i++) {
      rank[order.get(i)] = i;
    }
    dominators = new int[instructions.size()];
    Arrays.fill(dominators, -1);
    dominators[0] = 0;
    boolean changes = true;
    while (changes) {
      changes = false;
      for (int i : order.subList(1, order.size())) {
        int found = -1;
        for (int from : predecessors.get(i)) {
          if (dominators[from] >= 0) {
            found = found < 0 ? from : common(from, found, rank);
          }
        }
        changes |= dominators[i] != found;
        dominators[i] = found;
      }
    }
  }

  private int common(int a, int b, int[] rank) {
    while (a != b) {
      if (rank[a] > rank[b]) {
        a = dominators[a];
      } else {
        b = dominators[b];
      }
    }
    return a;
  }

  private boolean dominates(int a, int b) {
    while (b != a && b != 0) {
      b = dominators[b];
    }
    return a == b;
  }

  private void findLoops() {
    for (int from : order) {
      for (int head : successors.get(from)) {
        if (dominates(head, from)) {
          addLoop(head, from);
        }
      }
    }
  }

  private void addLoop(int head, int end) {
    BitSet body = loops.computeIfAbsent(head, key -> new BitSet());
    body.set(head);
    Deque<Integer> open = new ArrayDeque<>(List.of(end));
    while (!open.isEmpty()) {
      int i = open.pop();
      if (!body.get(i)) {
        body.set(i);
        predecessors.get(i).stream().filter(p -> dominators[p] >= 0).forEach(open::push);
      }
    }
  }

  List<Instruction> instructions() {
    return instructions;
  }

  int line(int i) {
    return lines.get(i);
  }

  /** What can be reached, each after what comes before it on some way without a loop. */
  List<Integer> order() {
    return order;
  }

  List<Integer> predecessors(int i) {
    return predecessors.get(i).stream().filter(p -> dominators[p] >= 0).toList();
  }

  boolean isHandler(int i) {
    return handlers.get(i);
  }

  boolean beginsLoop(int i) {
    return loops.containsKey(i);
  }

  /** The innermost loop around an instruction, or {@code null}. */
  BitSet loopAround(int i) {
    BitSet innermost = null;
    for (BitSet loop : loops.values()) {
      if (loop.get(i) && (innermost == null || loop.cardinality() < innermost.cardinality())) {
        innermost = loop;
      }
    }
    return innermost;
  }
}
