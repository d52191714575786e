/** The script of a report's page. Every text of others enters the page as text, never as markup. */
(function () {
  'use strict';
  const report = JSON.parse(document.getElementById('data').textContent);
  const outcomes = [
    'completed',
    'completedWithErrors',
    'partiallyFailed',
    'failed',
    'canceled',
    'timedOut',
    'skipped',
    'running',
  ];
  const words = {
    completedWithErrors: 'completed with errors',
    partiallyFailed: 'partially failed',
    timedOut: 'timed out',
  };
  const wordOf = (outcome) => words[outcome] || outcome || '';
  const nowMs = Date.parse(report.generatedAt);
  const titles = new Map(report.workflows.map((workflow) => [workflow.workflowId, workflow]));
  const rows = report.rows.map((row, at) => ({
    ...row,
    at,
    label: row.stepId || row.name || row.syncId,
    start: row.startedAt === null ? null : Date.parse(row.startedAt),
    end: row.endedAt === null ? (row.outcome === 'running' ? nowMs : null) : Date.parse(row.endedAt),
  }));
  for (const row of rows) {
    row.duration = row.start === null || row.end === null ? null : Math.max(0, row.end - row.start);
    row.text = [row.label, row.syncId, row.reason, ...row.executions, ...row.errors].join('\n').toLowerCase();
  }
  const state = { sort: 'start', descending: false, shown: 200, open: new Set() };
  let filtered = rows;

  const isBad = ({ outcome }) => !['completed', 'completedWithErrors', 'skipped', 'running'].includes(outcome);
  const byId = (id) => document.getElementById(id);
  function element(tag, fields, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(fields || {})) {
      if (name in made && name !== 'style') made[name] = value;
      else made.setAttribute(name, value);
    }
    made.append(...children.filter((child) => child !== null && child !== undefined));
    return made;
  }
  const color = (outcome) => getComputedStyle(document.documentElement).getPropertyValue(`--${outcome}`).trim();
  const count = (number) => (number === null || number === undefined ? '–' : number.toLocaleString('en-US'));
  function duration(ms) {
    if (ms === null || ms === undefined) return '–';
    const seconds = Math.round(ms / 1000);
    const parts = [
      [Math.floor(seconds / 3600), 'h'],
      [Math.floor(seconds / 60) % 60, 'm'],
      [seconds % 60, 's'],
    ];
    const text = parts
      .filter(([value]) => value > 0)
      .map(([value, unit]) => value + unit)
      .join(' ');
    return text || `${ms} ms`;
  }
  const time = (ms) => (ms === null ? '–' : new Date(ms).toISOString().slice(0, 19).replace('T', ' '));
  /** Only pages of the web; an address of another scheme stays text. */
  const link = (url, text) =>
    /^https?:\/\//.test(url || '') ? element('a', { href: url, rel: 'noreferrer' }, text) : null;
  const mark = (outcome) => element('span', { className: 'mark', style: `background:var(--${outcome})` });

  function workflowCard(workflow) {
    const bar = element('div', { className: 'share' });
    const told = [];
    for (const outcome of outcomes) {
      const number = workflow.counts[outcome] || 0;
      if (number === 0) continue;
      bar.append(element('span', { style: `flex:${number};background:var(--${outcome})` }));
      told.push(element('span', {}, mark(outcome), `${count(number)} ${wordOf(outcome)} `));
    }
    const ended = workflow.closedAt === null ? nowMs : Date.parse(workflow.closedAt);
    return element(
      'div',
      { className: 'card' },
      element('h3', {}, link(workflow.uiUrl, workflow.title) || workflow.title),
      element(
        'p',
        {},
        `${workflow.workflow}, ${workflow.state}: ${count(workflow.total)} syncs in ${duration(ended - Date.parse(workflow.startedAt))}`,
      ),
      element('p', { className: 'hint' }, `${workflow.workflowId}, began ${time(Date.parse(workflow.startedAt))} UTC`),
      bar,
      element('p', {}, ...told),
    );
  }

  function applyFilter() {
    const text = byId('search').value.trim().toLowerCase();
    const [outcome, workflow, kind] = ['outcome', 'workflow', 'kind'].map((id) => byId(id).value);
    filtered = rows.filter(
      (row) =>
        (text === '' || row.text.includes(text)) &&
        (outcome === '' || (outcome === 'bad' ? isBad(row) : row.outcome === outcome)) &&
        (workflow === '' || row.workflowId === workflow) &&
        (kind === '' || row.kind === kind),
    );
    state.shown = 200;
    byId('shown').textContent = `${count(filtered.length)} of ${count(rows.length)} syncs`;
    sortRows();
    drawTable();
    drawTimeline();
    drawCompared();
  }

  const columns = [
    { id: 'label', title: 'Sync', show: nameCell },
    {
      id: 'outcome',
      title: 'Outcome',
      show: (row) =>
        element('span', { className: 'outcome', style: `color:var(--${row.outcome})` }, wordOf(row.outcome)),
    },
    { id: 'kind', title: 'Kind', show: (row) => row.kind },
    { id: 'start', title: 'Began (UTC)', show: (row) => time(row.start) },
    { id: 'end', title: 'Ended (UTC)', show: (row) => time(row.outcome === 'running' ? null : row.end) },
    { id: 'duration', title: 'Took', number: true, show: (row) => duration(row.duration) },
    {
      id: 'records',
      title: 'Records',
      number: true,
      value: (row) => row.records.total,
      show: (row) => count(row.records.total),
    },
    {
      id: 'errors',
      title: 'Rejected',
      number: true,
      value: (row) => row.records.errors,
      show: (row) => count(row.records.errors),
    },
  ];
  if (report.workflows.length > 1) {
    columns.push({ id: 'workflowId', title: 'Workflow', show: (row) => row.workflowId });
  }

  function nameCell(row) {
    const button = element('button', { type: 'button', 'aria-expanded': String(state.open.has(row.at)) }, row.label);
    button.addEventListener('click', () => toggle(row));
    button.dataset.row = String(row.at);
    return button;
  }

  function sortRows() {
    const column = columns.find(({ id }) => id === state.sort);
    const valueOf = column.value || ((row) => row[column.id]);
    const sign = state.descending ? -1 : 1;
    filtered.sort((one, other) => {
      const [a, b] = [valueOf(one), valueOf(other)];
      if (a === b) return one.at - other.at;
      // What is not known stands last, whichever way is sorted.
      if (a === null || a === undefined) return 1;
      if (b === null || b === undefined) return -1;
      return sign * (typeof a === 'string' ? a.localeCompare(b) : a - b);
    });
  }

  function headOf(column) {
    const sorted = state.sort === column.id;
    const button = element(
      'button',
      { type: 'button' },
      column.title + (sorted ? (state.descending ? ' ▼' : ' ▲') : ''),
    );
    button.addEventListener('click', () => {
      state.descending = sorted ? !state.descending : Boolean(column.number);
      state.sort = column.id;
      sortRows();
      drawTable();
      drawTimeline();
      byId('syncs').querySelector(`th[data-column="${column.id}"] button`).focus();
    });
    const head = element('th', { scope: 'col', className: column.number ? 'number' : '' }, button);
    head.dataset.column = column.id;
    head.setAttribute('aria-sort', sorted ? (state.descending ? 'descending' : 'ascending') : 'none');
    return head;
  }

  function drawTable() {
    const body = element('tbody');
    for (const row of filtered.slice(0, state.shown)) {
      body.append(
        element(
          'tr',
          {},
          ...columns.map((column) => element('td', { className: column.number ? 'number' : '' }, column.show(row))),
        ),
      );
      if (state.open.has(row.at)) body.append(detailsOf(row));
    }
    byId('syncs').replaceChildren(element('thead', {}, element('tr', {}, ...columns.map(headOf))), body);
    const more = byId('more');
    more.hidden = filtered.length <= state.shown;
    more.textContent = `Show more (${count(filtered.length - state.shown)} left)`;
  }

  function toggle(row) {
    if (!state.open.delete(row.at)) state.open.add(row.at);
    drawTable();
    focusRow(row.at);
  }
  function focusRow(at) {
    const button = byId('syncs').querySelector(`button[data-row="${at}"]`);
    if (button) button.focus();
  }

  function detailsOf(row) {
    const workflow = titles.get(row.workflowId);
    const list = [
      element('p', {}, `Sync ${row.syncId}${row.attached ? ', run not started by this workflow' : ''}`),
      row.executions.length > 0 ? element('p', {}, `Executions: ${row.executions.join(', ')}`) : null,
      row.reason ? element('p', {}, row.reason) : null,
      ...row.errors.map((error) => element('p', { className: 'error' }, error)),
      schemaTable(row.schemas),
      element(
        'p',
        {},
        link(row.url, 'Open in Polytomic') || '',
        ' ',
        link(workflow && workflow.uiUrl, 'Open in Temporal') || '',
      ),
    ];
    const cell = element('td', { colSpan: columns.length }, ...list.filter(Boolean));
    return element('tr', { className: 'details' }, cell);
  }

  function schemaTable(schemas) {
    if (schemas.length === 0) return null;
    const heads = ['Schema', 'Status', 'Records', 'Rejected', 'Message'].map((title) =>
      element('th', { scope: 'col' }, title),
    );
    const lines = schemas.map(({ schema, status, records, errors, message }) =>
      element(
        'tr',
        {},
        ...[schema, status, count(records), count(errors), message || ''].map((text) => element('td', {}, text)),
      ),
    );
    return element('table', {}, element('thead', {}, element('tr', {}, ...heads)), element('tbody', {}, ...lines));
  }

  function drawCompared() {
    if (report.compared.length === 0) return;
    byId('compared-section').hidden = false;
    const text = byId('search').value.trim().toLowerCase();
    const wanted = report.compared.filter(({ name, syncId }) =>
      `${name || ''}\n${syncId}`.toLowerCase().includes(text),
    );
    const heads = ['Sync', ...report.workflows.map(({ workflowId }) => workflowId), 'Change'];
    const lines = wanted
      .slice(0, 200)
      .map((sync) =>
        element(
          'tr',
          {},
          element('td', {}, sync.name || sync.syncId),
          ...sync.durationsMs.map((ms, at) =>
            element(
              'td',
              {},
              sync.outcomes[at] ? mark(sync.outcomes[at]) : '',
              `${duration(ms)} ${wordOf(sync.outcomes[at])}`,
            ),
          ),
          element('td', { className: 'number' }, sync.slowdown === null ? '–' : `×${sync.slowdown.toFixed(2)}`),
        ),
      );
    const head = element(
      'thead',
      {},
      element('tr', {}, ...heads.map((title) => element('th', { scope: 'col' }, title))),
    );
    byId('compared').replaceChildren(head, element('tbody', {}, ...lines));
  }

  let chart = null;
  function drawTimeline() {
    const drawn = filtered.filter(({ start, end }) => start !== null && end !== null);
    const host = byId('timeline');
    if (chart) chart.destroy();
    chart = null;
    if (drawn.length === 0) return;
    // Several nights are laid over each other: each sync stands at the time since its workflow began.
    const overlaid = new Set(drawn.map(({ workflowId }) => workflowId)).size > 1;
    const zeroOf = ({ workflowId }) => (overlaid ? Date.parse(titles.get(workflowId).startedAt) : 0);
    const bounds = drawn.map((row) => ({
      row,
      from: (row.start - zeroOf(row)) / 1000,
      to: (row.end - zeroOf(row)) / 1000,
    }));
    const from = bounds.reduce((least, bar) => Math.min(least, bar.from), Infinity);
    const to = bounds.reduce((most, bar) => Math.max(most, bar.to), -Infinity);
    const places = bounds.map((bar, at) => ({ ...bar, at }));
    // What failed is drawn last and never thinner than two pixels, so that it is seen among thousands.
    const inOrder = [...places.filter(({ row }) => !isBad(row)), ...places.filter(({ row }) => isBad(row))];
    const colors = Object.fromEntries(outcomes.map((outcome) => [outcome, color(outcome)]));
    const axis = { stroke: color('soft'), grid: { stroke: color('line'), width: 1 }, ticks: { stroke: color('line') } };
    const bars = (plot) => {
      const { ctx, bbox } = plot;
      ctx.save();
      ctx.beginPath();
      ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
      ctx.clip();
      for (const { row, at, from: begin, to: end } of inOrder) {
        const top = plot.valToPos(at, 'y', true);
        const height = plot.valToPos(at + 1, 'y', true) - top;
        const left = plot.valToPos(begin, 'x', true);
        const width = plot.valToPos(end, 'x', true) - left;
        ctx.fillStyle = colors[row.outcome];
        ctx.fillRect(left, top, Math.max(2, width), Math.max(isBad(row) ? 2 : 1, height * 0.85));
      }
      ctx.restore();
    };
    const pointed = (plot) => {
      const { top, left } = plot.cursor;
      const row = top >= 0 ? drawn[Math.floor(plot.posToVal(top, 'y'))] : undefined;
      byId('pointed').textContent =
        row && left >= 0 ? `${row.label}: ${wordOf(row.outcome)}, ${time(row.start)}, ${duration(row.duration)}` : '';
    };
    const timeValues = (plot, ticks, axisAt, space, step) =>
      ticks.map((tick) => {
        if (overlaid) return tick < 0 ? '' : tick === 0 ? '0' : `+${duration(tick * 1000)}`;
        const text = time(tick * 1000);
        return text.endsWith('00:00:00') ? text.slice(0, 10) : text.slice(11, step < 60 ? 19 : 16);
      });
    const options = {
      width: host.clientWidth || 800,
      height: Math.max(140, Math.min(460, 60 + drawn.length * 14)),
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1e3), 'Etc/UTC'),
      legend: { show: false },
      cursor: { drag: { x: true, y: true, uni: 30 }, points: { show: false } },
      scales: {
        x: { time: true },
        y: { range: (plot, least, most) => (least === null ? [0, drawn.length] : [least, most]), dir: -1 },
      },
      axes: [
        { ...axis, values: timeValues },
        {
          ...axis,
          size: 60,
          label: 'syncs',
          values: (plot, ticks) => ticks.map((tick) => (Number.isInteger(tick) ? count(tick) : '')),
        },
      ],
      series: [{}, { paths: () => null, points: { show: false } }],
      hooks: { draw: [bars], setCursor: [pointed] },
    };
    chart = new uPlot(
      options,
      [
        [from, Math.max(to, from + 1)],
        [0, drawn.length],
      ],
      host,
    );
  }

  function fillSelect(id, choices) {
    byId(id).replaceChildren(...choices.map(([value, text]) => element('option', { value }, text)));
  }

  byId('generated').textContent = `Made ${time(nowMs)} UTC by temporal-polytomic`;
  byId('workflows').replaceChildren(element('div', { className: 'cards' }, ...report.workflows.map(workflowCard)));
  const present = outcomes.filter((outcome) => rows.some((row) => row.outcome === outcome));
  fillSelect('outcome', [
    ['', 'all'],
    ['bad', 'without success'],
    ...present.map((outcome) => [outcome, wordOf(outcome)]),
  ]);
  fillSelect('workflow', [['', 'all'], ...report.workflows.map(({ workflowId }) => [workflowId, workflowId])]);
  byId('legend').replaceChildren(...present.map((outcome) => element('li', {}, mark(outcome), wordOf(outcome))));
  byId('search').addEventListener('input', applyFilter);
  for (const id of ['outcome', 'workflow', 'kind']) byId(id).addEventListener('change', applyFilter);
  byId('more').addEventListener('click', () => {
    state.shown += 200;
    drawTable();
  });
  byId('syncs').addEventListener('keydown', (event) => {
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    const buttons = [...byId('syncs').querySelectorAll('button[data-row]')];
    const next = buttons[buttons.indexOf(document.activeElement) + (event.key === 'ArrowDown' ? 1 : -1)];
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
  window.addEventListener('resize', drawTimeline);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawTimeline);
  window.addEventListener('beforeprint', () => {
    state.shown = Math.max(state.shown, 2000);
    drawTable();
  });
  applyFilter();
})();
