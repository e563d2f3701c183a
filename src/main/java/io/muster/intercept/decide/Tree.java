package io.muster.intercept.decide;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Tests joined by groups. An empty group of {@code all} or {@code none} is true, one of {@code any} false.
 *
 * @param <T> a single test
 */
public sealed interface Tree<T> {

    /**
     * One test.
     *
     * @param test the test
     * @param <T> a single test
     */
    record Leaf<T>(T test) implements Tree<T> {}

    /**
     * Some parts under one word.
     *
     * @param join how they are joined
     * @param parts in their order
     * @param <T> a single test
     */
    record Group<T>(Join join, List<Tree<T>> parts) implements Tree<T> {

        /** Copies the parts. */
        public Group {
            parts = List.copyOf(parts);
        }
    }

    /** How the parts of a group are joined. */
    enum Join {
        /** Each part is true. */
        ALL,
        /** At least one part is true. */
        ANY,
        /** No part is true. */
        NONE
    }

    /**
     * A test as a decision uses it.
     *
     * @param <C> what it looks at
     */
    @FunctionalInterface
    interface Check<C> {

        /** Whether the test is true. */
        boolean holds(C of);
    }

    /** No tests: always true. */
    static <T> Tree<T> always() {
        return new Group<>(Join.ALL, List.of());
    }

    /** Gives each single test to a consumer, from left to right. */
    default void forEach(Consumer<T> consumer) {
        switch (this) {
            case Leaf<T> leaf -> consumer.accept(leaf.test());
            case Group<T> group -> group.parts().forEach(part -> part.forEach(consumer));
        }
    }

    /** The tree as one check, made of the checks of its tests. */
    default <C> Check<C> compile(Function<T, Check<C>> ofTest) {
        return switch (this) {
            case Leaf<T> leaf -> ofTest.apply(leaf.test());
            case Group<T> group -> {
                Join join = group.join();
                List<Check<C>> checks =
                        group.parts().stream().map(part -> part.compile(ofTest)).toList();
                yield join == Join.ALL && checks.size() == 1 ? checks.getFirst() : new Joined<>(join, checks);
            }
        };
    }

    /** A group as a check. */
    record Joined<C>(Join join, List<Check<C>> checks) implements Check<C> {

        @Override
        public boolean holds(C of) {
            // By index: an iterator would be one object for each decision.
            for (int i = 0; i < checks.size(); i++) {
                if (checks.get(i).holds(of) != (join == Join.ALL)) {
                    return join == Join.ANY;
                }
            }

            return join != Join.ANY;
        }
    }
}
