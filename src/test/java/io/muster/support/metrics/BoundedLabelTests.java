package io.muster.support.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BoundedLabelTests {

    @Test
    void keepsTheFirst200ValuesAndCallsAllOthersOther() {
        BoundedLabel label = new BoundedLabel();

        assertThat(IntStream.range(0, 200).mapToObj(i -> label.of("job-" + i)))
                .containsExactlyElementsOf(
                        IntStream.range(0, 200).mapToObj(i -> "job-" + i).toList());
        assertThat(label.of("job-200")).isEqualTo("other");
        assertThat(label.of("job-199")).isEqualTo("job-199");
        assertThat(label.of("job-0")).isEqualTo("job-0");
    }

    @Test
    void numbersUnderTheSameLabelsBecomeOne() {
        Gauges gauges = new Gauges("muster_age_seconds", "Age", Math::max);

        gauges.add(3.0, "directory", "other").add(null, "directory", "other").add(2.0, "directory", "other");

        assertThat(gauges.snapshot().orElseThrow().getDataPoints()).hasSize(1);
        assertThat(gauges.snapshot().orElseThrow().toString()).isNotBlank();
        assertThat(new Gauges("muster_none", "None", Math::max).snapshot()).isEmpty();
    }
}
