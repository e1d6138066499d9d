import { readFileSync } from 'node:fs';
const { Order } = await import('./codec/gen/pipit/mid.pb.js');
const full = JSON.parse(readFileSync(new URL('./codec/gen/fixtures/mid.proto.json', import.meta.url),'utf8'));
let sink;
function bench(f,n){ for(let i=0;i<n/3;i++) sink=f(); const t=process.cpuUsage(); for(let i=0;i<n;i++) sink=f(); const u=process.cpuUsage(t); return (u.user+u.system)*1e3/n; }
function both(name, obj){ const b=new Uint8Array(Buffer.from(JSON.stringify(obj))); const a=bench(()=>Order.fromJsonBytes(b),60000), j=bench(()=>JSON.parse(Buffer.from(b.buffer,b.byteOffset,b.length).toString()),60000); console.log(name.padEnd(16), String(b.length).padStart(5),'B', a.toFixed(0).padStart(6),'ours', j.toFixed(0).padStart(6),'JSON.parse', (j/a).toFixed(2)); }
for (let r=0;r<2;r++){
both('full', full);
for (const k of Object.keys(full)) { if (typeof full[k]==='object' && full[k]) both(k,{[k]:full[k]}); }
const pick=(f)=>Object.fromEntries(Object.entries(full).filter(([k,v])=>f(k,v)));
both('strings',pick((k,v)=>typeof v==='string'&&!/^-?\d+$/.test(v)&&!/_at|time/.test(k)&&k!=='signature'));
both('int64s',pick((k,v)=>typeof v==='string'&&/^-?\d+$/.test(v)));
both('numbers',pick((k,v)=>typeof v==='number'));
both('times',pick((k,v)=>/_at|time/.test(k)));
both('sig',pick((k,v)=>k==='signature'));
both('empty',{});
}
