package io.muster.segment.evaluate;

import io.muster.segment.condition.DecimalText;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads the events of a block's contacts and makes their block masks. Contacts are taken a window at a time, events a batch at
 * a time, so that memory depends on the plan alone. For one thread.
 */
final class EventRun implements RowReader.ValueSink {

    private static final int NUMBER = 1;
    private static final int HAPPENED_AT = 2;

    private final EventPlan plan;
    private final @Nullable Map<Plan.Seen, String> seen;
    private final RowReader reader;
    private final long[] masks;
    private final int[] positions = new int[Algebra.ROWS];
    private final long[] times = new long[Algebra.ROWS];
    private final List<CountTotals> counts;
    private final List<SumValues> values;
    private final List<SumTotals> sums;
    private final List<LatestTotals> latest;

    private int window = -1;
    private int batch;
    private long[][] blockMasks = new long[0][];

    /** @param seen is told what the numbers and values of the only contact were; null when nobody wants to know */
    EventRun(EventPlan plan, @Nullable Map<Plan.Seen, String> seen) {
        this.plan = plan;
        this.seen = seen;
        boolean reads = !plan.sums().isEmpty() || seen != null;
        this.reader = new RowReader(plan.rows(), reads ? this : null);
        this.masks = new long[plan.filters().slots() * Algebra.WORDS];
        this.counts = plan.counts().stream().map(CountTotals::new).toList();
        Map<Integer, SumValues> byName = new LinkedHashMap<>();
        plan.sums().forEach(sum -> byName.computeIfAbsent(sum.name(), SumValues::new));
        this.values = List.copyOf(byName.values());
        this.sums = plan.sums().stream()
                .map(sum -> new SumTotals(sum, Objects.requireNonNull(byName.get(sum.name()))))
                .toList();
        this.latest = plan.latest().stream().map(LatestTotals::new).toList();
    }

    /** Makes the masks of a slice. */
    void run(Connection connection, Slice slice, long[][] into) throws SQLException {
        blockMasks = into;
        window = -1;
        batch = 0;
        counts.forEach(count -> count.begin(into));
        sums.forEach(sum -> sum.begin(into));
        latest.forEach(one -> one.begin(into));
        RowStream.read(connection, plan.sql(), slice, this::event);
        endWindow();
    }

    private void event(ResultSet result) throws SQLException {
        int position = (int) result.getLong(NUMBER) & 0xFFFF;
        if (position / Algebra.ROWS != window) {
            endWindow();
            window = position / Algebra.ROWS;
        } else if (batch == Algebra.ROWS) {
            endBatch();
        }

        positions[batch] = position % Algebra.ROWS;
        times[batch] = result.getLong(HAPPENED_AT);
        for (SumValues one : values) {
            one.clear(batch);
        }

        reader.read(result, batch % 64);
        batch++;
        if (batch % 64 == 0) {
            reader.bits().flush(masks, batch / 64 - 1);
        }
    }

    @Override
    public void accept(int name, byte[] bytes, int from, int length) {
        for (SumValues one : values) {
            if (one.name == name) {
                one.note(batch, bytes, from, length);
            }
        }

        if (seen != null) {
            for (LatestTotals one : latest) {
                if (one.plan.name() == name) {
                    one.texts[batch] = new String(bytes, from, length, StandardCharsets.UTF_8);
                }
            }
        }
    }

    private void tell(EventPlan.Key key, @Nullable String whenNone, String value) {
        if (seen != null) {
            seen.put(new Plan.Seen(plan.table(), key, whenNone), value);
        }
    }

    private void endBatch() {
        if (batch == 0) {
            return;
        }

        if (batch % 64 != 0) {
            reader.bits().flush(masks, batch / 64);
        }

        plan.filters().run(masks);
        for (CountTotals count : counts) {
            each(count.plan.filter(), count::add);
        }

        for (SumTotals sum : sums) {
            each(sum.plan.filter(), sum::add);
        }

        for (LatestTotals one : latest) {
            each(one.plan.filter(), one::add);
        }

        batch = 0;
    }

    /** Takes the place of an event within the batch. */
    private interface EventSink {
        void accept(int event);
    }

    private void each(int slot, EventSink sink) {
        for (int word = 0; word * 64 < batch; word++) {
            int rest = batch - word * 64;
            long bits = masks[slot * Algebra.WORDS + word] & (rest < 64 ? (1L << rest) - 1 : -1);
            while (bits != 0) {
                sink.accept(word * 64 + Long.numberOfTrailingZeros(bits));
                bits &= bits - 1;
            }
        }
    }

    private void endWindow() {
        endBatch();
        if (window >= 0) {
            int first = window * Algebra.ROWS;
            counts.forEach(count -> count.end(first, blockMasks));
            sums.forEach(sum -> sum.end(first, blockMasks));
            latest.forEach(LatestTotals::end);
        }
    }

    /** Sets and clears the bits of contacts whose number is not that of contacts without events. */
    private static final class NumberMasks {

        private final EventPlan.Numbers numbers;
        private final int[] masksOfTests;
        private final boolean[][] passes;
        private final int rankOfZero;

        NumberMasks(EventPlan.Numbers numbers) {
            this.numbers = numbers;
            this.masksOfTests =
                    numbers.masks().stream().mapToInt(Integer::intValue).toArray();
            this.passes = new boolean[numbers.ranks().count()][numbers.tests().size()];
            for (int i = 0; i < numbers.tests().size(); i++) {
                int test = i;
                numbers.ranks().passing(numbers.tests().get(test)).stream().forEach(rank -> passes[rank][test] = true);
            }

            DecimalReading zero = new DecimalReading();
            zero.set(0, 0);
            rankOfZero = numbers.ranks().rank(zero);
        }

        void begin(long[][] masks) {
            for (int test = 0; test < numbers.tests().size(); test++) {
                Arrays.fill(masks[masksOfTests[test]], passes[rankOfZero][test] ? -1 : 0);
            }
        }

        void set(int position, DecimalReading number, long[][] masks) {
            int rank = numbers.ranks().rank(number);
            if (rank != rankOfZero) {
                for (int test = 0; test < passes[rank].length; test++) {
                    put(masks[masksOfTests[test]], position, passes[rank][test]);
                }
            }
        }
    }

    private static void put(long[] mask, int position, boolean bit) {
        if (bit) {
            mask[position >>> 6] |= 1L << position;
        } else {
            mask[position >>> 6] &= ~(1L << position);
        }
    }

    /** How many events each contact of the window has. */
    private final class CountTotals {

        private final EventPlan.Count plan;
        private final NumberMasks numbers;
        private final int[] totals = new int[Algebra.ROWS];
        private final DecimalReading number = new DecimalReading();

        CountTotals(EventPlan.Count plan) {
            this.plan = plan;
            this.numbers = new NumberMasks(plan.numbers());
        }

        void begin(long[][] into) {
            numbers.begin(into);
            Arrays.fill(totals, 0);
        }

        void add(int event) {
            totals[positions[event]]++;
        }

        void end(int first, long[][] into) {
            for (int i = 0; i < totals.length; i++) {
                if (totals[i] != 0) {
                    if (seen != null) {
                        tell(plan.key(), "0", Integer.toString(totals[i]));
                    }

                    number.set(totals[i], 0);
                    numbers.set(first + i, number, into);
                    totals[i] = 0;
                }
            }
        }
    }

    /** The numbers of a field in the events of the batch. */
    private static final class SumValues {

        /** Digits behind the point up to which numbers and sums are kept as 64 bits. */
        private static final int DIGITS = NumberRanks.LEAST_DIGITS;

        private final int name;
        private final long[] small = new long[Algebra.ROWS];
        private final @Nullable BigDecimal[] large = new BigDecimal[Algebra.ROWS];
        private final JudgedValue reading = new JudgedValue();

        SumValues(int name) {
            this.name = name;
        }

        void clear(int event) {
            small[event] = 0;
            if (large[event] != null) {
                large[event] = null;
            }
        }

        void note(int event, byte[] bytes, int from, int length) {
            DecimalReading read = reading.take(bytes, from, length) ? reading.number() : null;
            if (read != null && read.fits(DIGITS)) {
                small[event] = read.scaled(DIGITS);
            } else if (read != null) {
                large[event] = read.value();
            }
        }
    }

    /** The sum of a field for each contact of the window. */
    private final class SumTotals {

        private final EventPlan.Sum plan;
        private final SumValues values;
        private final NumberMasks numbers;
        private final long[] totals = new long[Algebra.ROWS];
        private final @Nullable BigDecimal[] largeTotals = new BigDecimal[Algebra.ROWS];
        private final DecimalReading number = new DecimalReading();

        SumTotals(EventPlan.Sum plan, SumValues values) {
            this.plan = plan;
            this.values = values;
            this.numbers = new NumberMasks(plan.numbers());
        }

        void begin(long[][] into) {
            numbers.begin(into);
            Arrays.fill(totals, 0);
            Arrays.fill(largeTotals, null);
        }

        void add(int event) {
            int position = positions[event];
            long value = values.small[event];
            long total = totals[position] + value;
            BigDecimal more = values.large[event];
            if (((totals[position] ^ total) & (value ^ total)) < 0) {
                more = BigDecimal.valueOf(value, SumValues.DIGITS);
            } else {
                totals[position] = total;
            }

            if (more != null) {
                BigDecimal before = largeTotals[position];
                largeTotals[position] = before == null ? more : before.add(more);
            }
        }

        void end(int first, long[][] into) {
            for (int i = 0; i < totals.length; i++) {
                BigDecimal more = largeTotals[i];
                if (totals[i] != 0 || more != null) {
                    number.set(totals[i], SumValues.DIGITS);
                    if (more != null) {
                        number.set(number.value().add(more));
                    }

                    if (seen != null) {
                        tell(plan.key(), "0", DecimalText.write(number.value()));
                    }

                    numbers.set(first + i, number, into);
                    totals[i] = 0;
                    largeTotals[i] = null;
                }
            }
        }
    }

    /** The latest value of a field for each contact of the window. */
    private final class LatestTotals {

        private final EventPlan.Latest plan;
        private final long[] last = new long[Algebra.ROWS];
        private final boolean[] any = new boolean[Algebra.ROWS];
        private final @Nullable String[] texts = new String[seen == null ? 0 : Algebra.ROWS];

        LatestTotals(EventPlan.Latest plan) {
            this.plan = plan;
        }

        void begin(long[][] into) {
            Arrays.fill(any, false);
            for (int test = 0; test < plan.tests().size(); test++) {
                Arrays.fill(into[plan.masks().get(test)], plan.whenMissing().get(test) ? -1 : 0);
            }
        }

        void add(int event) {
            int position = positions[event];
            if (!any[position] || times[event] >= last[position]) {
                any[position] = true;
                last[position] = times[event];
                if (seen != null) {
                    tell(plan.key(), null, String.valueOf(texts[event]));
                }

                for (int test = 0; test < plan.tests().size(); test++) {
                    long word = masks[plan.tests().get(test) * Algebra.WORDS + (event >>> 6)];
                    put(
                            blockMasks[plan.masks().get(test)],
                            window * Algebra.ROWS + position,
                            (word >>> event & 1) == 1);
                }
            }
        }

        void end() {
            Arrays.fill(any, false);
        }
    }
}
