package io.muster.segment.evaluate;

import io.muster.segment.condition.Condition;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Conditions as operations on masks: each distinct one once, in an order in which operands come first. Masks of 64 words lie
 * behind each other in one array; a mask's place there is its slot. Immutable.
 */
final class Algebra {

    /** Words of a mask. */
    static final int WORDS = 64;

    /** Rows of a mask. */
    static final int ROWS = WORDS * 64;

    private enum Kind {
        LEAF,
        NOT,
        ALL,
        ANY
    }

    private record Node(Kind kind, List<Integer> operands) {}

    private static final class Step {

        private final Kind kind;
        private final int target;
        private final int[] operands;

        Step(Kind kind, int target, int[] operands) {
            this.kind = kind;
            this.target = target;
            this.operands = operands;
        }
    }

    private final Step[] steps;
    private final int[] slotOfNode;
    private final int slots;

    private Algebra(Step[] steps, int[] slotOfNode, int slots) {
        this.steps = steps;
        this.slotOfNode = slotOfNode;
        this.slots = slots;
    }

    /** How many masks there are. */
    int slots() {
        return slots;
    }

    /** Where the mask of a node is. */
    int slot(int node) {
        return slotOfNode[node];
    }

    /** Computes all masks from those of the leaves. */
    void run(long[] masks) {
        for (Step step : steps) {
            int target = step.target * WORDS;
            int[] operands = step.operands;
            if (step.kind == Kind.NOT) {
                int from = operands[0] * WORDS;
                for (int i = 0; i < WORDS; i++) {
                    masks[target + i] = ~masks[from + i];
                }
            } else if (operands.length == 0) {
                Arrays.fill(masks, target, target + WORDS, step.kind == Kind.ALL ? -1 : 0);
            } else {
                System.arraycopy(masks, operands[0] * WORDS, masks, target, WORDS);
                for (int operand = 1; operand < operands.length; operand++) {
                    int from = operands[operand] * WORDS;
                    if (step.kind == Kind.ALL) {
                        for (int i = 0; i < WORDS; i++) {
                            masks[target + i] &= masks[from + i];
                        }
                    } else {
                        for (int i = 0; i < WORDS; i++) {
                            masks[target + i] |= masks[from + i];
                        }
                    }
                }
            }
        }
    }

    /** Gathers conditions; equal ones become one node. */
    static final class Draft {

        private final List<Node> nodes = new ArrayList<>();
        private final Map<Node, Integer> known = new HashMap<>();

        /** A new node whose mask comes from elsewhere. */
        int leaf() {
            nodes.add(new Node(Kind.LEAF, List.of()));
            return nodes.size() - 1;
        }

        int not(int node) {
            Node inner = nodes.get(node);
            return inner.kind == Kind.NOT ? inner.operands.getFirst() : node(Kind.NOT, List.of(node));
        }

        /** Of no node: what always holds. */
        int all(List<Integer> of) {
            return group(Kind.ALL, of);
        }

        /** Of no node: what never holds. */
        int any(List<Integer> of) {
            return group(Kind.ANY, of);
        }

        /** A group of nodes; of no node as of {@link #all} and {@link #any}. */
        int group(Condition.Kind kind, List<Integer> of) {
            return switch (kind) {
                case ALL -> all(of);
                case ANY -> any(of);
                case NONE -> not(any(of));
            };
        }

        private int group(Kind kind, List<Integer> of) {
            List<Integer> distinct = of.stream().distinct().sorted().toList();
            return distinct.size() == 1 ? distinct.getFirst() : node(kind, distinct);
        }

        private int node(Kind kind, List<Integer> operands) {
            Node node = new Node(kind, operands);
            return known.computeIfAbsent(node, made -> {
                nodes.add(made);
                return nodes.size() - 1;
            });
        }

        /**
         * The finished operations.
         *
         * @param slotOfLeaf where the masks of the leaves are
         * @param first the first slot that is free for others
         */
        Algebra finish(Map<Integer, Integer> slotOfLeaf, int first) {
            int[] slotOfNode = new int[nodes.size()];
            List<Step> steps = new ArrayList<>();
            int next = first;
            for (int i = 0; i < nodes.size(); i++) {
                Node node = nodes.get(i);
                if (node.kind == Kind.LEAF) {
                    slotOfNode[i] = slotOfLeaf.getOrDefault(i, -1);
                } else {
                    slotOfNode[i] = next++;
                    steps.add(new Step(
                            node.kind,
                            slotOfNode[i],
                            node.operands.stream()
                                    .mapToInt(operand -> slotOfNode[operand])
                                    .toArray()));
                }
            }

            return new Algebra(steps.toArray(Step[]::new), slotOfNode, next);
        }
    }
}
