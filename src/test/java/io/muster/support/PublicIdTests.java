package io.muster.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class PublicIdTests {

    @Test
    void keepsDirectoryAndNumberOfAContact() {
        RandomTexts.repeat(1_000, random -> {
            int directory = random.between(0, (1 << 23) - 1);
            long number = random.between(0, (1L << 40) - 1);
            long contact = PublicId.contact(directory, number);

            assertThat(PublicId.directoryOf(contact)).isEqualTo(directory);
            assertThat(PublicId.numberOf(contact)).isEqualTo(number);
        });
    }

    @Test
    void refusesNumbersThatDoNotFit() {
        assertThatThrownBy(() -> PublicId.contact(1 << 23, 1))
                .hasMessage("Invalid contact: directory 8388608, number 1");
        assertThatThrownBy(() -> PublicId.contact(1, 1L << 40))
                .hasMessage("Invalid contact: directory 1, number 1099511627776");
        assertThatThrownBy(() -> PublicId.contact(1, -1)).hasMessage("Invalid contact: directory 1, number -1");
    }
}
