package io.muster.web.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.support.Refusal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrustedProxiesTests {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "loopback | 127.0.0.1 | true",
                "loopback | 127.8.9.1 | true",
                "loopback | ::1 | true",
                "loopback | 10.0.0.1 | false",
                "none | 127.0.0.1 | false",
                "10.0.0.0/8, 192.168.7.1 | 10.255.0.1 | true",
                "10.0.0.0/8, 192.168.7.1 | 192.168.7.1 | true",
                "10.0.0.0/8, 192.168.7.1 | 192.168.7.2 | false",
                "10.0.0.0/9 | 10.128.0.1 | false",
                "2001:db8::/32 | 2001:db8:9::1 | true",
                "2001:db8::/32 | 2001:db9::1 | false",
                "0.0.0.0/0 | 203.0.113.9 | true",
                "0.0.0.0/0 | 2001:db8::1 | false",
                "loopback | localhost | false",
                "loopback | unix:/run/a | false"
            })
    void trustsAddressesAndNetworks(String setting, String address, boolean trusted) {
        assertThat(TrustedProxies.of(setting).contains(address)).isEqualTo(trusted);
    }

    @ParameterizedTest
    @ValueSource(strings = {"proxy.example.com", "10.0.0.0/33", "10.0.0/8", "10.0.0.0/x", "::1/129", "1"})
    void refusesWhatIsNoAddress(String setting) {
        assertThatThrownBy(() -> TrustedProxies.of(setting))
                .isInstanceOf(Refusal.class)
                .hasMessage(
                        "Cannot use the setting muster.trusted-proxies (MUSTER_TRUSTED_PROXIES): '%s' is no address and no network. Write for example 10.0.0.0/8, 192.168.7.1."
                                .formatted(setting));
    }

    @Test
    void looksUpNoNames() {
        assertThat(TrustedProxies.bytes("beef")).isEmpty();
        assertThat(TrustedProxies.bytes("1.2.3")).isEmpty();
    }
}
