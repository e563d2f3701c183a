package io.muster.evaluator;

import io.muster.evaluator.EvaluatorSettings.Address;
import io.muster.support.Refusal;
import io.muster.support.tls.ServerCertificate;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.timeout.IdleStateHandler;
import io.netty.util.concurrent.EventExecutor;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import javax.net.ssl.SSLEngine;

/** The threads that answer requests, and the ports they listen on. */
final class HttpPorts implements AutoCloseable {

    private static final int MOST_LINE = 16 * 1_024;
    private static final int BACKLOG = 1_024;

    /** A connection on which nothing comes for so long is closed. */
    static final Duration IDLE = Duration.ofSeconds(75);

    private final Duration idle;

    private final MultiThreadIoEventLoopGroup threads =
            new MultiThreadIoEventLoopGroup(Runtime.getRuntime().availableProcessors(), NioIoHandler.newFactory());

    HttpPorts(Duration idle) {
        this.idle = idle;
    }

    /**
     * Listens on an address in plain text.
     *
     * @param handler makes what answers a connection, for the thread that it belongs to
     * @throws Refusal when the address cannot be listened on
     */
    InetSocketAddress listen(Address address, String setting, Function<EventLoop, ChannelHandler> handler) {
        return listen(address, setting, Optional.empty(), handler);
    }

    /**
     * Listens on an address.
     *
     * @param certificate what connections are encrypted with; empty: plain text
     * @param handler makes what answers a connection, for the thread that it belongs to
     * @throws Refusal when the address cannot be listened on
     */
    InetSocketAddress listen(
            Address address,
            String setting,
            Optional<ServerCertificate> certificate,
            Function<EventLoop, ChannelHandler> handler) {
        try {
            Channel channel = new ServerBootstrap()
                    .group(threads)
                    .channel(NioServerSocketChannel.class)
                    .option(ChannelOption.SO_BACKLOG, BACKLOG)
                    .childOption(ChannelOption.TCP_NODELAY, true)
                    .childHandler(new ChannelInitializer<>() {
                        @Override
                        protected void initChannel(Channel connection) {
                            certificate.ifPresent(
                                    shown -> connection.pipeline().addLast(new SslHandler(engine(shown))));
                            HttpDecoderConfig http = new HttpDecoderConfig()
                                    .setMaxInitialLineLength(MOST_LINE)
                                    .setMaxHeaderSize(MOST_LINE);
                            connection
                                    .pipeline()
                                    .addLast(
                                            new IdleStateHandler(idle.toMillis(), 0, 0, TimeUnit.MILLISECONDS),
                                            new HttpRequestDecoder(http),
                                            handler.apply(connection.eventLoop()));
                        }
                    })
                    .bind(address.host(), address.port())
                    .syncUninterruptibly()
                    .channel();
            return (InetSocketAddress) channel.localAddress();
        } catch (Exception e) {
            throw Refusal.failed("Cannot listen on %s:%d: %s. Set %s to a free port, or 0 for any."
                    .formatted(address.host(), address.port(), e.getMessage(), setting));
        }
    }

    private static SSLEngine engine(ServerCertificate certificate) {
        SSLEngine engine = certificate.context().createSSLEngine();
        engine.setUseClientMode(false);
        return engine;
    }

    /** Runs an action when every thread has ended what it is at. */
    void afterReaders(Runnable action) {
        AtomicInteger left = new AtomicInteger(threads.executorCount());
        for (EventExecutor thread : threads) {
            thread.execute(() -> {
                if (left.decrementAndGet() == 0) {
                    action.run();
                }
            });
        }
    }

    @Override
    public void close() {
        threads.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
