package io.muster.web;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Type;
import org.springframework.core.MethodParameter;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpInputMessage;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.servlet.mvc.method.annotation.RequestBodyAdviceAdapter;

/** Reads bodies as a whole and counts their bytes as they come, whatever their headers say. */
@ControllerAdvice
final class LimitedBodies extends RequestBodyAdviceAdapter {

    /**
     * Most callers send the whole body before they look for an answer. A connection that is closed while they send takes the
     * answer with it, so that much of what is too large is read and dropped.
     */
    private static final int MOST_DROPPED = 16 * 1_024 * 1_024;

    @Override
    public boolean supports(MethodParameter parameter, Type type, Class<? extends HttpMessageConverter<?>> converter) {
        return true;
    }

    @Override
    public HttpInputMessage beforeBodyRead(
            HttpInputMessage message,
            MethodParameter parameter,
            Type type,
            Class<? extends HttpMessageConverter<?>> converter)
            throws IOException {
        BodyLimit limit = parameter.getMethodAnnotation(BodyLimit.class);
        int most = limit == null ? BodyLimit.USUAL : limit.value();
        InputStream sent = message.getBody();
        long length = message.getHeaders().getContentLength();
        byte[] body = length > most ? new byte[0] : sent.readNBytes(most + 1);
        if (length > most || body.length > most) {
            if (length <= MOST_DROPPED) {
                sent.skip(MOST_DROPPED);
            }

            throw new TooLargeException(most);
        }

        return new Whole(message.getHeaders(), body);
    }

    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Whole(HttpHeaders headers, byte[] bytes) implements HttpInputMessage {

        @Override
        public InputStream getBody() {
            return new ByteArrayInputStream(bytes);
        }

        @Override
        public HttpHeaders getHeaders() {
            return headers;
        }
    }
}
