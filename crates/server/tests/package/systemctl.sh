#!/bin/sh
# Plays systemctl in the root of a test: runs the command of the unit, and writes down what it was asked.
echo "$*" >> /run/asked
pid=/run/rankledger.pid
wanted=/etc/systemd/system/multi-user.target.wants

is_running() { [ -s $pid ] && kill -0 "$(cat $pid)" 2>/dev/null; }

start() {
    is_running && return
    mkdir -p -m 700 /var/lib/rankledger
    # The shell around it waits for its end, so that nothing is left of it.
    (
        /usr/bin/rankledger serve --config /etc/rankledger/rankledger.toml &
        echo $! > $pid
        wait
    ) >> /run/server.log 2>&1 &
}

stop() {
    is_running || return
    kill -TERM "$(cat $pid)"
    while is_running; do sleep 0.05; done
}

case "$*" in
    *is-enabled*) [ -L $wanted/rankledger.service ] && echo enabled ;;
    *is-active*) is_running ;;
    *daemon-reload*) ;;
    *cat*) cat /usr/lib/systemd/system/rankledger.service ;;
    *enable*--now*) mkdir -p $wanted; ln -sf /usr/lib/systemd/system/rankledger.service $wanted/; start ;;
    *restart*) stop; start ;;
    *stop*) stop ;;
    *) echo "what is $*?" >&2; exit 1 ;;
esac
