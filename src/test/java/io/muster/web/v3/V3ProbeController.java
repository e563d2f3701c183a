package io.muster.web.v3;

import io.muster.access.Scope;
import io.muster.support.Refusal;
import io.muster.web.call.BodyLimit;
import io.muster.web.call.Caller;
import io.muster.web.call.Needs;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** What a controller of the API may ask for, as tests see it. */
@RestController
@SuppressWarnings("DoNotCallSuggester") // Spring calls them, by their addresses.
public final class V3ProbeController {

    private final Doors doors;
    private final CountDownLatch released = new CountDownLatch(1);
    private final AtomicInteger held = new AtomicInteger();

    V3ProbeController(Doors doors) {
        this.doors = doors;
    }

    /** A list of the numbers from 1 to 25. */
    @GetMapping("/API/v3/probe/{list}/numbers")
    Envelope<V3Page<Long>> numbers(
            @Needs(Scope.READ) Caller caller, @PathVariable String list, @PageSize(10) PageAsk ask) {
        long after = ask.number().orElse(0L);
        return Envelope.of(ask.page(
                LongStream.rangeClosed(after + 1, 25)
                        .limit(ask.size() + 1L)
                        .boxed()
                        .toList(),
                number -> number));
    }

    @PostMapping("/API/v3/probe/body")
    Envelope<Map<String, Object>> body(@Needs(Scope.MANAGE) Caller caller, V3Body body) {
        Map<String, Object> read = new TreeMap<>();
        body.text("text").ifPresent(text -> read.put("text", text));
        body.flag("flag").ifPresent(flag -> read.put("flag", flag));
        read.put("data", body.texts("data"));
        return Envelope.of(read);
    }

    @PostMapping("/API/v3/probe/small")
    @BodyLimit(100)
    @ResponseStatus(HttpStatus.ACCEPTED)
    Envelope<String> small(@Needs(Scope.MANAGE) Caller caller, V3Body body) {
        return Envelope.of("small").warning("SMALL", "It is small.");
    }

    @GetMapping("/API/v3/probe/directory/{directory}")
    Envelope<String> directory(@Needs(Scope.READ) Caller caller, @PathVariable String directory) {
        return Envelope.of(doors.directory(caller, directory).name());
    }

    @GetMapping("/API/v3/probe/refusal")
    Envelope<Void> refusal(
            @Needs(Scope.READ) Caller caller, @RequestParam Refusal.Kind kind, @RequestParam String code) {
        throw Refusal.of(kind, code, "Cannot do it: a reason.");
    }

    @GetMapping("/API/v3/probe/fault")
    Envelope<String> fault(@Needs(Scope.READ) Caller caller) {
        return Envelope.of(Objects.requireNonNull(System.getProperty("muster.no.such.property"), "secret words"));
    }

    @GetMapping("/API/v3/probe/held")
    Envelope<Void> held(@Needs(Scope.READ) Caller caller) throws InterruptedException {
        held.incrementAndGet();
        released.await();
        return Envelope.done();
    }

    /** How many calls wait to be released. */
    int held() {
        return held.get();
    }

    void release() {
        released.countDown();
    }

    /** The address of an import that is asked after. */
    @GetMapping("/API/v3/directories/{directory}/mailinglists/probe/transactioncontacts/{id}")
    Envelope<String> poll(@Needs(Scope.READ) Caller caller, @PathVariable String id) {
        return Envelope.of(id);
    }
}
