package io.muster.segment.evaluate;

import io.muster.segment.condition.Form;
import io.muster.segment.condition.ValueTest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;

/** How the rows of a table are judged: which values they have, and which bit each test of a value takes. Immutable. */
final class RowPlan {

    /** A column of text and the first word of its tests' bits. */
    record TextColumn(String column, ValueJudge judge, int word) {}

    /** A column of whole numbers, the first word of its tests' bits, and those of every rank. */
    record WholeColumn(String column, TimeRanks ranks, List<long[]> bitsOfRank, int word) {}

    /** A folded name and the first word of its tests' bits. */
    record JsonName(String name, ValueJudge judge, int word) {}

    private final List<TextColumn> texts;
    private final List<WholeColumn> wholes;
    private final List<JsonName> names;
    private final long[] missing;

    private RowPlan(List<TextColumn> texts, List<WholeColumn> wholes, List<JsonName> names, long[] missing) {
        this.texts = texts;
        this.wholes = wholes;
        this.names = names;
        this.missing = missing;
    }

    List<TextColumn> texts() {
        return texts;
    }

    List<WholeColumn> wholes() {
        return wholes;
    }

    List<JsonName> names() {
        return names;
    }

    /** The words of a row in which every value is missing. */
    long[] missing() {
        return missing;
    }

    int words() {
        return missing.length;
    }

    /** The columns to select. They are read in this order: going back in a row is slow in the driver. */
    List<String> columns(String json) {
        List<String> columns = new ArrayList<>();
        wholes.forEach(whole -> columns.add(whole.column));
        if (!names.isEmpty()) {
            columns.add(json);
        }

        texts.forEach(text -> columns.add(text.column));
        return columns;
    }

    /** Gathers the tests of rows. */
    static final class Draft {

        private final Algebra.Draft algebra;
        private final SequencedMap<Source, SequencedMap<ValueTest, Integer>> leaves = new LinkedHashMap<>();

        Draft(Algebra.Draft algebra) {
            this.algebra = algebra;
        }

        /** The node of a test, which is no complement. */
        int leaf(Source source, ValueTest test) {
            return leaves.computeIfAbsent(source, ignored -> new LinkedHashMap<>())
                    .computeIfAbsent(test, ignored -> algebra.leaf());
        }

        /** Makes sure that a value is read even if nothing tests it. */
        void read(Source source) {
            leaves.computeIfAbsent(source, ignored -> new LinkedHashMap<>());
        }

        /** The finished plan; tells the bit of every leaf. */
        RowPlan finish(Map<Integer, Integer> bitOfLeaf, Spans spans) {
            Map<Source, Integer> firstBit = new HashMap<>();
            int used = layOut(firstBit);
            int words = (used + 63) / 64;
            List<TextColumn> texts = new ArrayList<>();
            List<WholeColumn> wholes = new ArrayList<>();
            List<JsonName> names = new ArrayList<>();
            long[] missing = new long[words];
            leaves.forEach((source, tests) -> {
                int first = Objects.requireNonNull(firstBit.get(source));
                int word = first / 64;
                SequencedMap<ValueTest, Integer> bits = new LinkedHashMap<>();
                tests.forEach((test, leaf) -> {
                    bitOfLeaf.put(leaf, first + bits.size());
                    bits.put(test, first % 64 + bits.size());
                });
                int own = Math.max(1, (first % 64 + tests.size() + 63) / 64);
                switch (source) {
                    case Source.Text text -> {
                        ValueJudge judge = new ValueJudge(text.comparison(), own, bits, spans);
                        texts.add(new TextColumn(text.column(), judge, word));
                        merge(judge, missing, word);
                    }
                    case Source.Named name -> {
                        ValueJudge judge = new ValueJudge(Comparison.FOLDED, own, bits, spans);
                        names.add(new JsonName(name.name(), judge, word));
                        merge(judge, missing, word);
                    }
                    case Source.Whole whole -> wholes.add(whole(whole.column(), own, bits, word, spans));
                }
            });
            return new RowPlan(texts, wholes, names, missing);
        }

        /** Gives each subject its bits; those of one subject lie in one word where they can. */
        private int layOut(Map<Source, Integer> firstBit) {
            int used = 0;
            List<Map.Entry<Source, SequencedMap<ValueTest, Integer>>> largestFirst = new ArrayList<>(leaves.entrySet());
            largestFirst.sort(Comparator.comparingInt(entry -> -entry.getValue().size()));
            for (Map.Entry<Source, SequencedMap<ValueTest, Integer>> entry : largestFirst) {
                int count = entry.getValue().size();
                if (used % 64 + count > 64) {
                    used = (used + 63) / 64 * 64;
                }

                firstBit.put(entry.getKey(), used);
                used += Math.max(count, 1);
            }

            return used;
        }

        private static void merge(ValueJudge judge, long[] missing, int word) {
            for (int i = 0; i < judge.words(); i++) {
                missing[word + i] |= judge.missing()[i];
            }
        }

        private static WholeColumn whole(
                String column, int words, SequencedMap<ValueTest, Integer> bits, int word, Spans spans) {
            List<SpanTest> all = new ArrayList<>();
            List<Integer> bitOf = new ArrayList<>();
            bits.forEach((test, bit) -> {
                if (test.form() == Form.DATE) {
                    all.add(SpanTest.of(test, spans));
                    bitOf.add(bit);
                }
            });
            TimeRanks ranks = new TimeRanks(all);
            long[] samples = ranks.samples().toArray();
            long[][] bitsOfRank = new long[samples.length][words];
            for (int rank = 0; rank < samples.length; rank++) {
                for (int i = 0; i < all.size(); i++) {
                    if (all.get(i).passes(samples[rank], samples[rank] + 1)) {
                        int bit = bitOf.get(i);
                        bitsOfRank[rank][bit >>> 6] |= 1L << bit;
                    }
                }
            }

            return new WholeColumn(column, ranks, List.of(bitsOfRank), word);
        }
    }
}
