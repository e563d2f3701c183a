package io.muster.web.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RatesTests {

    private final AtomicLong now = new AtomicLong(1_000_000);
    private final Rates rates = new Rates(60, () -> Instant.ofEpochMilli(now.get()));

    @Test
    void takesSoManyAtOnceAndThenOneAsOftenAsTheyComeBack() {
        rates.take("192.0.2.1", 60);
        assertThatThrownBy(() -> rates.take("192.0.2.1", 1))
                .isInstanceOfSatisfying(
                        TooManyException.class, e -> assertThat(e.seconds()).isEqualTo(1))
                .hasMessage("Cannot take more from this address now: it has sent too many. Come again later.");

        now.addAndGet(1_000);
        rates.take("192.0.2.1", 1);
        assertThatThrownBy(() -> rates.take("192.0.2.1", 1)).isInstanceOf(TooManyException.class);
        assertThatThrownBy(() -> rates.take("192.0.2.1", 30))
                .isInstanceOfSatisfying(
                        TooManyException.class, e -> assertThat(e.seconds()).isEqualTo(30));
    }

    @Test
    void countsNothingOfWhatItRefuses() {
        assertThatThrownBy(() -> {
                    rates.take("192.0.2.1", 40);
                    rates.take("192.0.2.1", 21);
                })
                .isInstanceOf(TooManyException.class);
        assertThatCode(() -> rates.take("192.0.2.1", 20)).doesNotThrowAnyException();
    }

    @Test
    void countsEachAddressByItselfAndOfVersion6EachNetwork() {
        rates.take("192.0.2.1", 60);
        rates.take("192.0.2.2", 60);
        rates.take("2001:db8:1:2::1", 60);
        assertThatThrownBy(() -> rates.take("2001:db8:1:2:ffff::9", 1)).isInstanceOf(TooManyException.class);
        rates.take("2001:db8:1:3::1", 60);
    }

    @Test
    void takesMoreThanAMinutesWorthOnlyFromOneThatWasSilent() {
        rates.take("192.0.2.1", 500);
        now.addAndGet(60_000);
        assertThatThrownBy(() -> rates.take("192.0.2.1", 1)).isInstanceOf(TooManyException.class);
    }

    @Test
    void remembersSoManyCallersAtMost() {
        for (int i = 0; i < Rates.MOST_CALLERS + 10; i++) {
            rates.take("10." + (i >> 16) + "." + (i >> 8 & 255) + "." + (i & 255), 1);
        }

        assertThat(rates.callers()).isEqualTo(Rates.MOST_CALLERS);
    }
}
